/*
 * The pair secret, rolled at every reconnection (src/chat/README.md “The pair secret”). Either page may die, any frame may be
 * lost, and attempts may give up, between any two steps and as often as they like; up to SLOTS sessions are under way side
 * by side, and when one is over its number is used again, so their number is not bounded. Session n runs under psk[n]; the
 * secret it brings forth, psk-next, is called n as well.
 *
 * Always: the initiator's current secret is one of the responder's two; and no call that reaches the responder in time is made
 * under a secret that it does not know, so nobody is asked about an older copy where there is none (psk-unknown).
 *
 * Each twin takes one rule away and must fail: WITHOUT_BOTH, WITHOUT_ABANDONING, WITHOUT_ENDING_OTHERS, WITHOUT_NEW_NONCES.
 */
#define SLOTS 4             /* numbers 1 to 4, as many as MAX_ATTEMPTS; the secret 0 is that of the first session of all */
#define SIZE (SLOTS + 1)

mtype = { none, calling, opening, confirming };

byte current = 0;           /* initiator's disk: pair.psks[0] */
byte older = 0, newer = 0;  /* responder's disk: pair.psks */

byte psk[SIZE];
mtype caller[SIZE] = none;  /* initiator's page: the phase of its attempt (state.ts Caller) */
bool answerer[SIZE];        /* responder's page: an attempt that waits for CONFIRM (state.ts Answerer) */
bool fresh[SIZE];           /* HS1 n is on its way and carries the responder's present nonce */
bool replied[SIZE];         /* HS2 n is with the relay */
bool confirm[SIZE];         /* CONFIRM n, ACK n are in the channel */
bool ack[SIZE];

#define IDLE(n) (caller[n] == none && !answerer[n] && !fresh[n] && !confirm[n] && !ack[n])
#define RUNS_UNDER(n) (psk[1] == n || psk[2] == n || psk[3] == n || psk[4] == n)
#define KNOWN(secret) (secret == older || secret == newer)

/* Forgets what can no longer matter, so that equal states look equal. */
inline tidy(n) {
  if
  :: caller[n] != calling && !fresh[n] -> replied[n] = false
  :: else
  fi;
  if
  :: IDLE(n) -> replied[n] = false; psk[n] = 0
  :: else
  fi
}

inline tidyAll() {
  for (i : 1 .. SLOTS) { tidy(i) }
  i = 0
}

/* A number may be used again when nobody holds its secret and no session under way was made under it. */
inline findUnused(n) {
  n = 1;
  do
  :: n > SLOTS -> break
  :: n <= SLOTS && IDLE(n) && n != current && !KNOWN(n) && !RUNS_UNDER(n) -> break
  :: else -> n++
  od
}

/* Everything the responder's nonce was good for is over: a nonce lives for one page and one accepted HS1. */
inline renewNonce() {
#ifndef WITHOUT_NEW_NONCES
  for (i : 1 .. SLOTS) { fresh[i] = false }
#endif
  i = 0
}

/* calling.ts call: the responder's nonce was heard. HS1 begins with the id of the current secret. */
active proctype Initiator() {
  byte n, i;
  do
  :: d_step {
       findUnused(n);
       if
       :: n <= SLOTS -> psk[n] = current; caller[n] = calling; fresh[n] = true
       :: else
       fi;
       n = 0
     }
  :: d_step {                                       /* the page dies or is loaded anew */
       for (i : 1 .. SLOTS) { caller[i] = none }
       tidyAll()
     }
  od
}

/* The life of session n. Each step is one turn of one side: nothing comes between its commit and its state. */
proctype Session(byte n) {
  byte i;
  do
  :: d_step { fresh[n] ->                           /* answering.ts answerContact: HS1 arrives */
       assert(KNOWN(psk[n]));
       renewNonce();
       answerer[n] = true;
       replied[n] = true;
       tidyAll()
     }
  :: d_step { replied[n] && caller[n] == calling -> /* calling.ts replied: the first HS2 that fits ends the other calls */
       for (i : 1 .. SLOTS) {
         if
         :: caller[i] == calling -> caller[i] = none
         :: else
         fi
       }
       caller[n] = opening;
       tidyAll()
     }
  :: d_step { caller[n] == opening && answerer[n] ->  /* calling.ts offerOpened: the channel is open */
#ifndef WITHOUT_ABANDONING
       for (i : 1 .. SLOTS) {
         if
         :: caller[i] == confirming -> caller[i] = none
         :: else
         fi
       }
#endif
       caller[n] = confirming;
       confirm[n] = true;
       tidyAll()
     }
  :: d_step { confirm[n] && answerer[n] ->          /* answering.ts confirmed: one transaction, then ACK; goLive */
       confirm[n] = false;
       newer = n;
#ifdef WITHOUT_BOTH
       older = n;
#else
       older = psk[n];                              /* pairs.ts responderPsks */
#endif
#ifdef WITHOUT_ENDING_OTHERS
       answerer[n] = false;
#else
       for (i : 1 .. SLOTS) { answerer[i] = false }
#endif
       renewNonce();
       ack[n] = true;
       tidyAll();
       assert(KNOWN(current))
     }
  :: d_step { ack[n] && caller[n] == confirming ->  /* calling.ts acknowledged: one transaction; goLive ends every attempt */
       ack[n] = false;
       current = n;
       for (i : 1 .. SLOTS) { caller[i] = none }
       tidyAll();
       assert(KNOWN(current))
     }
  :: d_step { confirm[n] -> confirm[n] = false; tidyAll() }       /* lost with the channel */
  :: d_step { ack[n] -> ack[n] = false; tidyAll() }               /* or the page died after its commit, before the effect */
  :: d_step { fresh[n] -> fresh[n] = false; tidyAll() }           /* lost by the relay */
  :: d_step { caller[n] != none -> caller[n] = none; tidyAll() }  /* presence.ts tooLate, or the channel closed */
  :: d_step { answerer[n] -> answerer[n] = false; tidyAll() }
  od
}

active proctype Responder() {
  byte i;
  do
  :: d_step {                                       /* the page dies or is loaded anew */
       for (i : 1 .. SLOTS) { answerer[i] = false }
       renewNonce();
       tidyAll()
     }
  od
}

init {
  atomic { run Session(1); run Session(2); run Session(3); run Session(4) }
}
