/*
 * Two contacts find each other: both come online or reload at the same moment, or at any other (src/chat/presence.ts,
 * calling.ts, answering.ts, conversation.ts goLive). The relay may lose and delay, channels break, timers fire early; up to
 * SLOTS attempts are under way side by side.
 *
 *   safety    as many faults as you like. Never has a side two sessions that it calls connected, and never does a responder
 *             take one HS1 for two attempts
 *   PROGRESS  after the last of FAULTS faults, whatever the order, both sides end in one session with each other: no run goes
 *             on for ever (every cycle counts as an error: pan -l with no state marked as progress), and a run ends only when
 *             they are connected. Timers fire when nothing else can happen; a timer that fires earlier counts as a fault
 *
 * Each twin takes one rule away and must fail: WITHOUT_ONE_USE, WITHOUT_REPLACING; with PROGRESS, WITHOUT_ROLES and
 * WITHOUT_TRYING_AGAIN.
 */
#define SLOTS 3             /* attempts side by side, numbered from 1 */
#define SIZE (SLOTS + 1)
#ifndef FAULTS
#define FAULTS 3
#endif

#define R 0                 /* the smaller key: announces nonces, answers */
#define I 1                 /* the larger key: calls (routes.ts initiates) */

mtype = { none, calling, opening, confirming, live };
mtype = { shut, open, broken };

bool up[2];
bool hello[2];              /* a HELLO of this side is with the relay; R's carries its present nonce */
bool due[2];                /* helloAt: this side will announce itself soon */
bool called[2];             /* the other side's present nonce was called of late (handshaking.ts remember) */
mtype caller[SIZE] = none;  /* the caller's phase in attempt n (state.ts Caller, Live) */
mtype answerer[SIZE] = none; /* the answerer's: opening or live */
bool fresh[SIZE];           /* HS1 n is with the relay and carries the answerer's present nonce */
bool taken[SIZE];           /* HS1 n made an attempt at the answerer */
bool replied[SIZE];         /* HS2 n is with the relay */
mtype channel[SIZE] = shut;
bool confirm[SIZE];         /* in the channel */
bool ack[SIZE];

#define OTHER(s) (1 - (s))
#define ANSWERER(n) OTHER(CALLER(n))
#ifdef WITHOUT_ROLES
byte by[SIZE];              /* both call, and both answer */
#define CALLER(n) by[n]
#define CALLS(s) true
#define ANSWERS(s) true
#else
#define CALLER(n) I
#define CALLS(s) (s == I)
#define ANSWERS(s) (s == R)
#endif

#ifdef PROGRESS
byte faults = FAULTS;
bool resting;               /* no fault before time passes */
#define FAULT faults > 0 && !resting
#define CAUSE faults--
#else
#define FAULT true
#define CAUSE skip
#endif

#define PHASE(s, n) (CALLER(n) == s -> caller[n] : answerer[n])
#define OVER(n) (caller[n] == none && answerer[n] == none && !fresh[n])
/* A side sees that a channel it had is gone: broken, or hung up by the other. */
#define CALLER_IN(n) (caller[n] == confirming || caller[n] == live)
#define CALLER_SEES_END(n) (CALLER_IN(n) && (channel[n] == broken || answerer[n] == none))
#define ANSWERER_IN(n) (answerer[n] == live || answerer[n] == opening && channel[n] != shut)
#define ANSWERER_SEES_END(n) (ANSWERER_IN(n) && (channel[n] == broken || caller[n] == none))
#define CAN_OPEN(n) (caller[n] == opening && answerer[n] == opening && channel[n] == shut)
/*
 * A CONFIRM or ACK is under way in another open channel of this caller. One that calls twice does so one after the other, so a
 * second channel that opens before a frame in the first has arrived is bad luck, and counts as a fault. (Then the first is
 * abandoned here and confirmed there, and both begin anew; LOST_HELLO_SPREAD keeps this from repeating itself.) Two that call
 * each other at once have no such order.
 */
#define SPEAKS(i, n) (CALLER(i) == CALLER(n) && channel[i] == open && (confirm[i] || ack[i]))
#define SPEAKING(n) (SPEAKS(1, n) || SPEAKS(2, n) || SPEAKS(3, n))
#define CONNECTED(n) (caller[n] == live && answerer[n] == live && channel[n] == open)

/* Forgets what can no longer matter, so that equal states look equal. */
inline tidy() {
  for (i : 1 .. SLOTS) {
    if
    :: caller[i] != calling -> replied[i] = false
    :: else
    fi;
    if
    :: OVER(i) -> replied[i] = false; taken[i] = false; channel[i] = shut; confirm[i] = false; ack[i] = false
    :: else
    fi
  }
  i = 0
}

inline forget(s, n) {
  if
  :: CALLER(n) == s -> caller[n] = none
  :: else -> answerer[n] = none
  fi
}

/* presence.ts wantsHello */
inline isLive(s, answer) {
  answer = false;
  for (i : 1 .. SLOTS) { answer = answer || PHASE(s, i) == live }
  i = 0
}

/* announcing.ts announce */
inline announce(s) {
  hello[s] = true;
  due[s] = false
}

/* A nonce lives for one page and one accepted HS1. */
inline renewNonce(s) {
#ifndef WITHOUT_ONE_USE
  if
  :: ANSWERS(s) ->
       hello[s] = false;
       called[OTHER(s)] = false;
       for (i : 1 .. SLOTS) { fresh[i] = fresh[i] && CALLER(i) == s }
       i = 0
  :: else
  fi
#else
  skip
#endif
}

/* conversation.ts goLive */
inline goLive(s, n) {
#ifdef WITHOUT_REPLACING
  for (i : 1 .. SLOTS) {
    if
    :: i != n && PHASE(s, i) != live -> forget(s, i)
    :: else
    fi
  }
#else
  for (i : 1 .. SLOTS) {
    if
    :: i != n -> forget(s, i)
    :: else
    fi
  }
#endif
  i = 0;
  if
  :: CALLER(n) == s -> caller[n] = live
  :: else -> answerer[n] = live
  fi;
  due[s] = false;
  renewNonce(s);
  for (i : 1 .. SLOTS) { assert(i == n || PHASE(s, i) != live) }
  i = 0;
  tidy()
}

/* conversation.ts lost, handshaking.ts attemptFailed */
inline failed(s, n) {
  forget(s, n);
  isLive(s, yes);
  if
  :: !yes -> due[s] = true
  :: else
  fi;
  yes = false;
  tidy()
}

/* What the relay holds for this side does not reach it. */
inline missed(s) {
  hello[OTHER(s)] = false;
  for (i : 1 .. SLOTS) {
    if
    :: CALLER(i) == s -> replied[i] = false
    :: else -> fresh[i] = false
    fi
  }
  i = 0;
  tidy()
}

/* calling.ts offerOpened: only one session of a contact is ever confirming */
inline opened(n) {
  for (i : 1 .. SLOTS) {
    if
    :: CALLER(i) == CALLER(n) && caller[i] == confirming -> caller[i] = none
    :: else
    fi
  }
  i = 0;
  channel[n] = open;
  caller[n] = confirming;
  confirm[n] = true;
  tidy()
}

/* One side's page. */
proctype Page(byte s) {
  byte n, i;
  bool yes;
end:
  do
  :: d_step { !up[s] -> up[s] = true; announce(s) }               /* presence.ts listening */
  :: d_step { !up[s] -> missed(s); up[s] = true; announce(s) }    /* what was sent while no page was there is gone */
  :: d_step { up[s] && hello[OTHER(s)] ->                         /* presence.ts heardHello */
       hello[OTHER(s)] = false;
       if
       :: CALLS(s) && !called[s] ->                               /* calling.ts heardResponder, call */
            called[s] = true;
            n = 1;
            do
            :: n > SLOTS || OVER(n) -> break
            :: else -> n++
            od;
            if
            :: n <= SLOTS ->
#ifdef WITHOUT_ROLES
                 by[n] = s;
#endif
                 caller[n] = calling;
                 fresh[n] = true
            :: else
            fi;
            n = 0
       :: CALLS(s) && called[s]
       :: !CALLS(s) -> announce(s)
       fi
     }
  :: d_step { up[s] && FAULT -> CAUSE;                            /* reload; the other side may see it or not */
       up[s] = false;
       due[s] = false;
       called[s] = false;
       for (n : 1 .. SLOTS) { forget(s, n) }
       n = 0;
       renewNonce(s);
       tidy()
     }
  :: d_step { hello[s] && FAULT -> CAUSE; hello[s] = false }      /* lost by the relay */
  :: d_step { due[s] && FAULT -> CAUSE; announce(s) }             /* presence.ts tick, before what is in flight has come */
#ifndef PROGRESS
  :: d_step { up[s] -> isLive(s, yes);                            /* presence.ts heartbeat */
       if
       :: !yes -> announce(s)
       :: else
       fi;
       called[s] = false;                                         /* CALL_WITHIN is over */
       yes = false
     }
#endif
  od
}

/* Attempt n. Each step is one turn of one side. */
proctype Attempt(byte n) {
  byte i;
  bool yes;
end:
  do
  /* answering.ts answerContact, answerDescribed. The same bytes again get the same reply (heardCall), so nothing new. */
  :: d_step { fresh[n] && up[ANSWERER(n)] && answerer[n] == none ->
       assert(!taken[n]);
       taken[n] = true;
       answerer[n] = opening;
       replied[n] = true;
       renewNonce(ANSWERER(n));
       tidy()
     }
  :: d_step { replied[n] && caller[n] == calling ->               /* calling.ts replied: the first HS2 that fits */
       for (i : 1 .. SLOTS) {
         if
         :: CALLER(i) == CALLER(n) && caller[i] == calling -> caller[i] = none
         :: else
         fi
       }
       i = 0;
       caller[n] = opening;
       tidy()
     }
  :: d_step { CAN_OPEN(n) && !SPEAKING(n) -> opened(n) }
  :: d_step { CAN_OPEN(n) && SPEAKING(n) && FAULT -> CAUSE; opened(n) }        /* a frame was slower than a whole handshake */
  :: d_step { confirm[n] && answerer[n] == opening ->             /* answering.ts confirmed */
       confirm[n] = false;
       ack[n] = true;
       goLive(ANSWERER(n), n)
     }
  :: d_step { ack[n] && caller[n] == confirming ->                /* calling.ts acknowledged */
       ack[n] = false;
       goLive(CALLER(n), n)
     }
  :: d_step { CALLER_SEES_END(n) -> failed(CALLER(n), n) }
  :: d_step { ANSWERER_SEES_END(n) -> failed(ANSWERER(n), n) }
  :: d_step { CALLER_SEES_END(n) && caller[n] == live -> caller[n] = none; tidy() }       /* told by a bye: no announcement */
  :: d_step { ANSWERER_SEES_END(n) && answerer[n] == live -> answerer[n] = none; tidy() }
  :: d_step { channel[n] == open && FAULT -> CAUSE; channel[n] = broken }
  :: d_step { fresh[n] && FAULT -> CAUSE; fresh[n] = false; tidy() }        /* lost by the relay */
  :: d_step { replied[n] && FAULT -> CAUSE; replied[n] = false }
  :: d_step { caller[n] == calling && FAULT -> CAUSE; caller[n] = none; tidy() }  /* presence.ts tooLate, early */
  :: d_step { (caller[n] == opening || caller[n] == confirming) && FAULT -> CAUSE; failed(CALLER(n), n) }
  :: d_step { answerer[n] == opening && FAULT -> CAUSE; failed(ANSWERER(n), n) }
  od
}

#ifdef PROGRESS
inline beat(s) {
  isLive(s, yes);
  if
#ifndef WITHOUT_TRYING_AGAIN
  :: !yes -> announce(s)
#endif
  :: else
  fi;
  called[s] = false
}

/* Nothing else can happen: time passes. First what is due soon, then the end of every attempt and the heartbeat. */
active proctype Time() {
  byte i;
  bool yes;
  do
  :: atomic { timeout ->
       if
       :: CONNECTED(1) || CONNECTED(2) || CONNECTED(3) -> break
       :: else
       fi;
       d_step {
         if
         :: due[R] || due[I] ->
              if
              :: due[R] -> announce(R)
              :: else
              fi;
              if
              :: due[I] -> announce(I)
              :: else
              fi
         :: else ->
              for (i : 1 .. SLOTS) {
                if
                :: caller[i] != live -> caller[i] = none
                :: else
                fi;
                if
                :: answerer[i] != live -> answerer[i] = none
                :: else
                fi
              }
              tidy();
              beat(R);
              beat(I)
         fi;
         yes = false;
         resting = false
       }
     }
  od
}

/* Waits for the next moment before more goes wrong. */
active proctype Luck() {
end:
  do
  :: faults > 0 && !resting -> resting = true
  od
}
#endif

init {
  byte n;
  atomic {
    run Page(R);
    run Page(I);
    for (n : 1 .. SLOTS) { run Attempt(n) }
    n = 0
  }
}
