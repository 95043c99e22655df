/*
 * Renewing the keys of a running session (src/protocol/rekey.ts, src/protocol/session.ts). Both sides send whenever they like,
 * so frames are always in flight both ways; the channel is ordered and loses nothing. Renewals follow each other for ever.
 *
 *   safety    every frame opens under keys that its receiver still has; nobody offers or answers while a renewal is under way;
 *             the responder seals under no keys before it has opened a frame under them (the ratchet has no sending chain yet)
 *   PROGRESS  again and again both sides are in one epoch and neither has the old keys any more
 *
 * Each twin takes one rule away and must fail: WITHOUT_WAITING, WITHOUT_READING_ON, WITHOUT_OVERLAP, WITHOUT_ONE_AT_A_TIME,
 * WITHOUT_SWITCHING.
 */
#define ROOM 6              /* frames in flight in one direction */
#define SETS 4              /* sets of keys are numbered round; never are more than three in anybody's hands or in flight */
#define NONE SETS
#define NEXT(keys) ((keys + 1) % SETS)

mtype = { data, offer, answer };

/* What the frame says, the keys it is sealed under, the keys it offers or answers for. */
chan toResponder = [ROOM] of { mtype, byte, byte };
chan toInitiator = [ROOM] of { mtype, byte, byte };

byte iKeys = 0;             /* session.ts #keys */
byte iGoing = NONE;         /* session.ts #going */
byte iWaiting = NONE;       /* rekey.ts waitings: what was offered and not yet answered */
byte iAnswered = NONE;      /* an answer that was opened; its effect (messenger.ts #settle) has not run yet */
byte rKeys = 0;
byte rComing = NONE;        /* session.ts #coming */
byte rOffered = NONE;       /* an offer that was opened; its effect has not run yet */
bool rSpoken = true;        /* ratchet.ts: the responder has a ratchet key of the other side under these keys, so it can seal */

#define SETTLED (iKeys == rKeys && iGoing == NONE && iWaiting == NONE && rComing == NONE)

/* Session.seal by the responder: ratchetSeal throws 'state' without a remote ratchet key. */
inline rSeal(what, about) {
  assert(rSpoken);
  toInitiator ! what(rKeys, about)
}

/* beginRekey; renewal.ts renew() asks for it. Or any other frame: messages, receipts, pings. */
active proctype InitiatorSends() {
  do
  :: atomic { iAnswered == NONE && nfull(toResponder) -> toResponder ! data(iKeys, NONE) }
#ifdef WITHOUT_ONE_AT_A_TIME
  :: atomic { iAnswered == NONE && nfull(toResponder) ->
#else
  :: atomic { iAnswered == NONE && nfull(toResponder) && iWaiting == NONE && iGoing == NONE ->
#endif
       iWaiting = NEXT(iKeys);
       toResponder ! offer(iKeys, iWaiting)
     }
  od
}

/* Session.open; several frames may be opened before the effect of the first has run (messenger.ts #readFrames). */
active proctype InitiatorHears() {
  mtype what;
  byte keys, about;
  do
  :: atomic { toInitiator ? what(keys, about) ->
       assert(keys == iKeys || keys == iGoing);
       if
       :: keys == iKeys -> iGoing = NONE          /* #switchTo: it has switched, the old ones end */
       :: else
       fi;
       if
       :: what == answer -> assert(about == iWaiting && iAnswered == NONE); iAnswered = about
       :: else
       fi;
       what = 0; keys = 0; about = 0
     }
  od
}

/* completeRekey, with the ping that follows it (channels.ts rekeyFrame). An effect: nothing else is sent before it has run. */
active proctype InitiatorCompletes() {
  do
  :: atomic { iAnswered != NONE && nfull(toResponder) ->
#ifndef WITHOUT_OVERLAP
       iGoing = iKeys;                            /* adopt: still reads the old ones */
#endif
       iKeys = iAnswered;
       iAnswered = NONE;
       iWaiting = NONE;
       toResponder ! data(iKeys, NONE)
     }
  od
}

active proctype ResponderSends() {
  do
  :: atomic { rOffered == NONE && nfull(toInitiator) -> rSeal(data, NONE) }
  od
}

active proctype ResponderHears() {
  mtype what;
  byte keys, about;
  do
  :: atomic { toResponder ? what(keys, about) ->
       assert(keys == rKeys || keys == rComing);
#ifndef WITHOUT_SWITCHING
       if
       :: keys == rComing ->                      /* #renew: the old ones end here */
            rKeys = rComing; rComing = NONE; rSpoken = true
       :: else
       fi;
#endif
       if
       :: what == offer -> assert(rComing == NONE && rOffered == NONE); rOffered = about
       :: else
       fi;
       what = 0; keys = 0; about = 0
     }
  od
}

/* answerRekey, an effect as well. */
active proctype ResponderAnswers() {
  do
  :: atomic { rOffered != NONE && nfull(toInitiator) ->
       rSeal(answer, rOffered);                   /* under the old keys */
#ifdef WITHOUT_WAITING
       rComing = rKeys;                           /* reads on under the old ones, but seals under the new at once */
       rKeys = rOffered;
       rSpoken = false;
#else
#ifdef WITHOUT_READING_ON
       rKeys = rOffered;                          /* forgets the old ones at once */
#else
       rComing = rOffered;                        /* adopt */
#endif
#endif
       rOffered = NONE
     }
  od
}

#ifdef PROGRESS
ltl settles { [] <> SETTLED }
#endif
