/*
 * Several pair secrets at once (src/chat/pairs.ts, README “The pair secret”): two people, who may know each other already, open
 * two links of each other's while they also reconnect, all side by side and crossing in any way. Either page may die and any
 * attempt may end between any two steps. How a handshake comes about is not modelled here (glare.pml, invite.pml): an attempt
 * begins with HS1 and HS2 heard. The number of a handshake is used again when nobody holds what it brought forth.
 *
 * Always, once one side calls the other a confirmed contact: there is a pair which both have, whose secret on the initiator's
 * side is one of the responder's; and on no pair that both have is a secret met that the responder does not know.
 *
 * Each twin takes one rule away and must fail: WITHOUT_ADDING, WITHOUT_TOPIC, WITHOUT_ENDING_JOINS; with MAKER_2=0,
 * WITHOUT_ABANDONING.
 */
#ifndef JOINS
#define JOINS 2             /* handshakes 1 to JOINS found a pair of their number; pair 0 is an old one */
#endif
#ifndef RECONNECTIONS
#define RECONNECTIONS 2     /* the next handshakes run on a pair */
#endif
#define SLOTS (JOINS + RECONNECTIONS)
#define SIZE 6              /* for JOINS up to 3, RECONNECTIONS up to 2 */
#define LIST 4              /* pairs of one side */
#define NONE 255
/* Person 1 has the larger key, so initiates reconnections. Who made link 1 and link 2; the other one opens it. */
#ifndef MAKER_1
#define MAKER_1 0
#endif
#ifndef MAKER_2
#define MAKER_2 1
#endif

mtype = { none, opening, confirming };

/* Disks; person p's are at p * LIST */
byte pairs[2 * LIST] = NONE;
byte size[2];
byte psk[2 * LIST] = NONE;  /* of pair n at p * LIST + n: the initiator's, or the responder's newer one */
byte older[LIST] = NONE;    /* the responder's older one */
bool confirmed[2];
byte topic[2];              /* ports.ts Contact inviteTopic: the link that led here last */
bool consumed[3];           /* link l, on its maker's disk */
bool joining[3] = true;     /* link l, on its opener's */
/* Pages and channels */
mtype caller[SIZE] = none;
mtype answerer[SIZE] = none;
byte on[SIZE];              /* the link of a join, the pair of a reconnection */
byte by[SIZE];              /* who answers */
byte under[SIZE];           /* the secret it runs under */
bool confirm[SIZE];
bool ack[SIZE];

#define MAKER(l) (l == 1 -> MAKER_1 : MAKER_2)
#define IS_JOIN(n) (n <= JOINS)
#define ANSWERER(n) by[n]
#define CALLER(n) (1 - by[n])
#ifdef WITHOUT_ABANDONING   /* other than on the same link: the same join, or the contact's reconnections */
#define ABANDONS(n, i) (IS_JOIN(i) == IS_JOIN(n) && (!IS_JOIN(n) || on[i] == on[n]))
#else
#define ABANDONS(n, i) (CALLER(i) == CALLER(n))
#endif
#define IDLE(n) (caller[n] == none && answerer[n] == none)
#define PSK(p, n) psk[p * LIST + n]
#define AT(p, n, i) (i < size[p] && pairs[p * LIST + i] == n)
#define HAS(p, n) (AT(p, n, 0) || AT(p, n, 1) || AT(p, n, 2) || AT(p, n, 3))
#define MATCH(n) (PSK(1, n) == PSK(0, n) || PSK(1, n) == older[n])
#define MEET(n) (HAS(0, n) && HAS(1, n) && MATCH(n))
#define FIT(n) (!HAS(0, n) || !HAS(1, n) || MATCH(n))
#define SECRET_OF(p, n) (psk[p * LIST] == n || psk[p * LIST + 1] == n || psk[p * LIST + 2] == n || psk[p * LIST + 3] == n)
#define IS_OLDER(n) (older[0] == n || older[1] == n || older[2] == n || older[3] == n)
#define RUNS_UNDER(i, n) (!IDLE(i) && under[i] == n)
#define RUNS_ON(i, n) (i > JOINS && !IDLE(i) && on[i] == n)
#define RUNS(i, n) (RUNS_UNDER(i, n) || RUNS_ON(i, n))
#define IS_PAIR(n) (n < LIST && (HAS(0, n) || HAS(1, n)))
#define NEEDED(n) (SECRET_OF(0, n) || SECRET_OF(1, n) || IS_OLDER(n) || IS_PAIR(n) || RUNS(3, n) || RUNS(4, n) || RUNS(5, n))

inline check() {
  assert(!confirmed[0] && !confirmed[1] || MEET(0) || MEET(1) || MEET(2) || MEET(3));
  assert(FIT(0) && FIT(1) && FIT(2) && FIT(3))
}

/* Forgets what can no longer matter. */
inline tidy() {
  for (i : 1 .. SLOTS) {
    if
    :: caller[i] != confirming -> ack[i] = false
    :: else
    fi;
    if
    :: answerer[i] == none -> confirm[i] = false
    :: else
    fi;
    if
    :: IDLE(i) -> on[i] = 0; by[i] = 0; under[i] = 0
    :: else
    fi
  }
  for (i : 0 .. LIST - 1) {
    if
    :: !HAS(0, i) -> PSK(0, i) = NONE; older[i] = NONE
    :: else
    fi;
    if
    :: !HAS(1, i) -> PSK(1, i) = NONE
    :: else
    fi
  }
  i = 0
}

/* pairs.ts withFounded: added, never put in place of the others */
inline withFounded(p, n) {
#ifdef WITHOUT_ADDING
  size[p] = 0;
#endif
  pairs[p * LIST + size[p]] = n;
  size[p]++;
  setFounded(p, n);
  clearTail(p)
}

inline setFounded(p, n) {
  PSK(p, n) = n;
  if
  :: p == 0 -> older[n] = NONE
  :: else
  fi
}

inline clearTail(p) {
  for (i : size[p] .. LIST - 1) { pairs[p * LIST + i] = NONE }
  i = 0
}

/* pairs.ts withRolled: the pair the session ran on, and all founded after it; a pair that is not there any more comes first */
inline withRolled(p, ran) {
  k = 0;
  do
  :: k < size[p] && pairs[p * LIST + k] != ran -> k++
  :: else -> break
  od;
  if
  :: k == size[p] ->
       for (i : 0 .. size[p] - 1) { pairs[p * LIST + size[p] - i] = pairs[p * LIST + size[p] - i - 1] }
       size[p]++;
       pairs[p * LIST] = ran
  :: else ->
       size[p] = size[p] - k;
       for (i : 0 .. size[p] - 1) { pairs[p * LIST + i] = pairs[p * LIST + i + k] }
  fi;
  k = 0;
  clearTail(p)
}

inline forget(p, n) {
  if
  :: CALLER(n) == p -> caller[n] = none
  :: else -> answerer[n] = none
  fi
}

/* calling.ts endJoins */
inline endJoins(p, l, but) {
#ifndef WITHOUT_ENDING_JOINS
  if
  :: l != 0 && MAKER(l) != p && joining[l] ->
       joining[l] = false;
       for (i : 1 .. JOINS) {
         if
         :: i != but && !IDLE(i) && on[i] == l -> caller[i] = none
         :: else
         fi
       }
       i = 0
  :: else
  fi
#else
  skip
#endif
}

/* conversation.ts goLive: every other attempt of this link and of the contact ends */
inline goLive(p, n) {
  for (i : 1 .. SLOTS) {
    if
    :: i != n && !IDLE(i) && (!IS_JOIN(i) || IS_JOIN(n) && on[i] == on[n]) -> forget(p, i)
    :: else
    fi
  }
  i = 0;
  forget(p, n);
  tidy();
  check()
}

inline takeConfirm(n) {
  confirm[n] = false;
  ack[n] = true;
  if
  :: IS_JOIN(n) ->
       withFounded(ANSWERER(n), n);
       topic[ANSWERER(n)] = on[n];
       consumed[on[n]] = true
  :: else ->
       withRolled(0, on[n]);
       older[on[n]] = under[n];                     /* pairs.ts responderPsks */
       PSK(0, on[n]) = n;
       endJoins(0, topic[0], n)
  fi;
  confirmed[ANSWERER(n)] = true;
  goLive(ANSWERER(n), n)
}

inline takeAck(n) {
  ack[n] = false;
  if
#ifndef WITHOUT_TOPIC
  :: IS_JOIN(n) && topic[CALLER(n)] != on[n] -> caller[n] = none; tidy()    /* candidateOf finds none: refused */
  :: IS_JOIN(n) && topic[CALLER(n)] == on[n] ->
#else
  :: IS_JOIN(n) ->
#endif
       pairs[CALLER(n) * LIST] = n;
       size[CALLER(n)] = 1;
       clearTail(CALLER(n));
       setFounded(CALLER(n), n);
       confirmed[CALLER(n)] = true;
       endJoins(CALLER(n), on[n], n);
       goLive(CALLER(n), n)
  :: !IS_JOIN(n) ->
       withRolled(1, on[n]);
       PSK(1, on[n]) = n;
       confirmed[1] = true;
       endJoins(1, topic[1], n);
       goLive(1, n)
  fi
}

inline findFree(from, to) {
  n = from;
  do
  :: n > to || IDLE(n) && !NEEDED(n) -> break
  :: else -> n++
  od
}

#define BUSY(i, l) (on[i] == l && caller[i] != none)

/* A join on link l. A join that was answered is not called twice (calling.ts call). */
proctype Link(byte l) {
  byte n, i;
  do
  :: d_step { joining[l] && !consumed[l] && !BUSY(1, l) && !BUSY(2, l) && !BUSY(3, l) ->
       findFree(1, JOINS);
       if
       :: n <= JOINS && size[0] < LIST && size[1] < LIST -> on[n] = l; by[n] = MAKER(l); caller[n] = opening; answerer[n] = opening
       :: else
       fi;
       n = 0
     }
  :: d_step { joining[l] && consumed[l] && topic[1 - MAKER(l)] != l ->      /* endJoin: “used”, and no contact is known of it */
       joining[l] = false;
       for (n : 1 .. JOINS) {
         if
         :: !IDLE(n) && on[n] == l -> caller[n] = none
         :: else
         fi
       }
       n = 0;
       tidy()
     }
  od
}

/* A reconnection on pair p. */
proctype Pair(byte p) {
  byte n, i;
  do
  :: d_step { HAS(0, p) && HAS(1, p) ->
       findFree(JOINS + 1, SLOTS);
       if
       :: n <= SLOTS -> on[n] = p; under[n] = PSK(1, p); caller[n] = opening; answerer[n] = opening
       :: else
       fi;
       n = 0
     }
  od
}

/* Attempt n. Each step is one turn of one side: one transaction. */
proctype Attempt(byte n) {
  byte i, k;
  do
  :: d_step { caller[n] == opening && answerer[n] == opening ->   /* calling.ts offerOpened */
       for (i : 1 .. SLOTS) {
         if
         :: i != n && ABANDONS(n, i) && caller[i] == confirming -> caller[i] = none
         :: else
         fi
       }
       i = 0;
       if
       :: IS_JOIN(n) -> withFounded(CALLER(n), n); topic[CALLER(n)] = on[n]           /* storeCandidate */
       :: else
       fi;
       caller[n] = confirming;
       confirm[n] = true;
       tidy();
       check()
     }
  :: d_step { confirm[n] && answerer[n] == opening -> takeConfirm(n) }
  :: d_step { ack[n] && caller[n] == confirming -> takeAck(n) }
  :: d_step { caller[n] != none -> caller[n] = none; tidy() }     /* given up, broken, or the page died */
  :: d_step { answerer[n] != none -> answerer[n] = none; tidy() }
  od
}

init {
  byte n;
  atomic {
    if
    :: skip                                         /* strangers */
    :: pairs[0] = 0; psk[0] = 0; size[0] = 1; confirmed[0] = true;
       pairs[LIST] = 0; psk[LIST] = 0; size[1] = 1; confirmed[1] = true
    fi;
    run Link(1);
    run Link(2);
    for (n : 0 .. LIST - 1) { run Pair(n) }
    for (n : 1 .. SLOTS) { run Attempt(n) }
    n = 0
  }
}
