/*
 * The life of a link (src/chat/README.md “A link”): its maker A and two who open it, any of whom may die between reading,
 * committing and replying. The relay loses, delays, reorders and repeats. Up to SLOTS handshakes are remembered at a time;
 * when one can no longer matter its number is used again.
 *
 *   safety    as many faults as you like. Never do two people get “ok”; who is bound is who is confirmed; the secret is gone
 *             once the link is confirmed or withdrawn, and nobody gets “ok” any more; whoever A stored holds the same pair
 *             secret on disk, so nobody is locked out; nobody who was accepted is told that the link is used
 *   PROGRESS  after the last of FAULTS faults, whatever the order, one opener and A have each other and the other opener has
 *             been told; or, if A withdrew the link, everybody has been told. No run goes on for ever (pan -l)
 *
 * Each twin takes one rule away and must fail: WITHOUT_COMMIT_FIRST, WITHOUT_BINDING, WITHOUT_ERASING,
 * WITHOUT_ALL_CANDIDATES, WITHOUT_KEEPING_THE_JOIN, WITHOUT_TAKING_AGAIN (PROGRESS).
 */

/* Handshakes are numbered from 1: the first of them are those of opener 1, the others of opener 2. */
#ifndef OF_1
#ifdef PROGRESS
#define OF_1 4
#define OF_2 4
#else
#define OF_1 3
#define OF_2 1
#endif
#endif
#define SLOTS (OF_1 + OF_2)
#define SIZE 9              /* for SLOTS up to 8 */
#define WHO(n) (n <= OF_1 -> 1 : 2)
#define FIRST_OF(w) (w == 1 -> 1 : OF_1 + 1)
#define LAST_OF(w) (w == 1 -> OF_1 : SLOTS)
#ifndef FAULTS
#define FAULTS 3
#endif
#define OPENERS 2           /* 1 and 2; 0 is nobody */

mtype = { isOpen, isBound, isConfirmed, isWithdrawn };  /* A's row (ports.ts InviteRow) */
mtype = { zero, live, stale };                          /* the nonce that an HS1 carries */
mtype = { none, gathering, calling, opening, storing, confirming };
mtype = { idle, binding, bound, consuming, consumed };  /* A's queue: a turn that is read; one that is on disk */
mtype = { joining, told, over };

/* A's disk */
mtype row = isOpen;
byte boundTo;
bool secret = true;         /* the link's fragment, with the link secret */
byte contact;               /* the handshake whose pair secret A stored */
/* A's page */
mtype turn = idle;
byte about;                 /* the handshake this turn is about */
mtype answerer[SIZE] = none;
#ifdef PROGRESS
bool answered[SIZE];        /* the page knows the reply to HS1 n (state.ts replies) */
#define ANSWERED(n) answered[n]
#define ANSWER(n, yes) answered[n] = yes
#else
#define ANSWERED(n) false   /* matters only where a reply was lost */
#define ANSWER(n, yes) skip
#endif
/* The openers' disks */
mtype join[OPENERS + 1] = joining;
bool candidate[SIZE];       /* the pair secret of handshake n is stored by WHO(n) */
/* The openers' pages */
mtype caller[SIZE] = none;
#ifdef PROGRESS
bool knocked[OPENERS + 1];
#define KNOCKED(w) knocked[w]
#define KNOCK(w, yes) knocked[w] = yes
#else
#define KNOCKED(w) false    /* as often as they like */
#define KNOCK(w, yes) skip
#endif
/* The relay and the channels */
mtype nonce[SIZE] = stale;
bool call[SIZE];            /* HS1 n is with the relay */
bool reply[SIZE];           /* HS2 n with “ok” */
bool refusal[SIZE];         /* HS2 n with “used” */
bool notice[OPENERS + 1];   /* a notice this opener has not heard yet */
bool confirm[SIZE];
bool ack[SIZE];
/* Who has ever been told “ok” */
byte accepted;

#ifdef PROGRESS
byte faults = FAULTS;
bool resting;               /* no fault before time passes */
#define FAULT faults > 0 && !resting
#define CAUSE faults--
#else
#define FAULT true
#define CAUSE skip
#endif

#define MINE(n, w) (WHO(n) == w)
#define ANY(P, w, x) (P(1, w, x) || P(2, w, x) || P(3, w, x) || P(4, w, x) || P(5, w, x) || P(6, w, x) || P(7, w, x) || P(8, w, x))
#define IN(n, w, phase) (MINE(n, w) && caller[n] == phase)
#define STORED(n, w, yes) (MINE(n, w) && candidate[n] == yes)
#define HAS_CANDIDATE(w) ANY(STORED, w, true)
#define IN_TURN(n) (turn != idle && about == n)
#define IS_OVER(n) (caller[n] == none && answerer[n] == none && !call[n] && !candidate[n] && contact != n && !IN_TURN(n))
#define WOULD_HEAR(n) (ANSWERED(n) || nonce[n] == live || nonce[n] == zero && row == isOpen)
#define NO_LOCK_OUT (contact == 0 || candidate[contact])

/* Forgets what can no longer matter, so that equal states look equal. */
inline tidy() {
  for (i : 1 .. SLOTS) {
    if
    :: caller[i] != calling -> reply[i] = false; refusal[i] = false
    :: else
    fi;
    if
    :: caller[i] != confirming -> ack[i] = false
    :: else
    fi;
    if
    :: answerer[i] != opening && !IN_TURN(i) -> confirm[i] = false
    :: else
    fi;
    call[i] = call[i] && WOULD_HEAR(i);
    if
    :: IS_OVER(i) -> nonce[i] = stale; ANSWER(i, false)
    :: else
    fi
  }
  i = 0
}

/* A nonce of A's lives for one page and one accepted HS1. */
inline renewNonce() {
  for (i : 1 .. SLOTS) {
    if
    :: nonce[i] == live -> nonce[i] = stale
    :: else
    fi
  }
  i = 0
}

/* answering.ts sendNotice: everybody who listens on the link's topic hears it */
inline tell() {
  notice[1] = join[1] == joining;
  notice[2] = join[2] == joining
}

/* answering.ts answerInvite, up to the commit */
inline heardCall(n) {
#ifdef PROGRESS
  call[n] = false;
#endif
  if
  :: ANSWERED(n) -> reply[n] = true                 /* heardCall: the same bytes get the same reply */
  :: !ANSWERED(n) && answerer[n] != none
  :: !ANSWERED(n) && answerer[n] == none && !secret ->            /* answerLate; else it only announces itself */
       if
       :: row == isWithdrawn || nonce[n] == live -> renewNonce(); tell()
       :: else
       fi
  :: !ANSWERED(n) && answerer[n] == none && secret ->
       if
       :: !(nonce[n] == live || nonce[n] == zero && row == isOpen)
#ifndef WITHOUT_BINDING
       :: (nonce[n] == live) && row != isOpen && boundTo != WHO(n) -> refusal[n] = true; renewNonce()
       :: (nonce[n] == live && (row == isOpen || boundTo == WHO(n))) || nonce[n] == zero && row == isOpen ->
#else
       :: nonce[n] == live || nonce[n] == zero && row == isOpen ->
#endif
#ifdef WITHOUT_TAKING_AGAIN
            if
            :: row == isOpen -> turn = binding; about = n
            :: else
            fi
#else
            turn = binding; about = n
#endif
       fi
  fi;
  tidy()
}

/* answering.ts answerDescribed: HS2 leaves */
inline sayOk(n) {
  assert(accepted == 0 || accepted == WHO(n));
  assert(contact == 0);
  accepted = WHO(n);
  ANSWER(n, true);
  answerer[n] = opening;
  reply[n] = true
}

active proctype Inviter() {
  byte i;
end:
  do
  /* messenger.ts #take: commit, and only then #settle; here the first valid HS1 binds the link */
#ifdef WITHOUT_COMMIT_FIRST
  :: d_step { turn == binding -> sayOk(about); turn = bound }
  :: d_step { turn == bound -> row = isBound; boundTo = WHO(about); turn = idle; about = 0; tidy() }
#else
  :: d_step { turn == binding -> row = isBound; boundTo = WHO(about); turn = bound }
  :: d_step { turn == bound ->
       answerer[about] = gathering;
       if
       :: nonce[about] == live -> renewNonce()
       :: else
       fi;
       turn = idle; about = 0;
       tidy()
     }
#endif
  /* answering.ts confirmed: contact, pair secret and the end of the link in one transaction; then ACK */
  :: d_step { turn == consuming ->
       assert(row == isBound && boundTo == WHO(about) && contact == 0);
       row = isConfirmed;
       contact = about;
#ifndef WITHOUT_ERASING
       secret = false;
#endif
       assert(NO_LOCK_OUT);
       turn = consumed
     }
  :: d_step { turn == consumed ->
       for (i : 1 .. SLOTS) { answerer[i] = none }
       i = 0;
       ack[about] = true;
       turn = idle; about = 0;
       tidy()
     }
  /* messenger.ts #storageTrouble: the disk is full, the turn has changed nothing */
  :: d_step { turn == binding && FAULT -> CAUSE; turn = idle; about = 0; tidy() }
  :: d_step { turn == consuming && FAULT -> CAUSE; answerer[about] = none; turn = idle; about = 0; tidy() }
  /* invitation.ts withdraw */
  :: d_step { turn == idle && (row == isOpen || row == isBound) && FAULT -> CAUSE;
       row = isWithdrawn;
       secret = false;
       for (i : 1 .. SLOTS) { answerer[i] = none }
       i = 0;
       tidy()
     }
  /* the page dies or is loaded anew */
  :: d_step { FAULT -> CAUSE;
       for (i : 1 .. SLOTS) { answerer[i] = none; ANSWER(i, false) }
       i = 0;
       turn = idle; about = 0;
       renewNonce();
       tidy()
     }
  od
}

inline makeCall(w, with) {
  n = FIRST_OF(w);
  do
  :: n > LAST_OF(w) || IS_OVER(n) -> break
  :: else -> n++
  od;
  if
  :: n <= LAST_OF(w) -> nonce[n] = with; call[n] = true; caller[n] = calling
  :: else
  fi;
  n = 0
}

/* calling.ts endJoin: never once a candidate exists */
inline endJoin(w) {
  if
#ifndef WITHOUT_KEEPING_THE_JOIN
  :: HAS_CANDIDATE(w)
  :: !HAS_CANDIDATE(w) ->
#else
  :: true ->
#endif
       assert(contact == 0 || WHO(contact) != w);
       for (i : 1 .. SLOTS) {
         if
         :: MINE(i, w) -> caller[i] = none; candidate[i] = false
         :: else
         fi
       }
       i = 0;
       join[w] = told
  fi;
  notice[w] = false;
  tidy();
  assert(NO_LOCK_OUT)
}

/* The two have each other: only the pair of this handshake is left. */
inline settle(w, n) {
  for (i : 1 .. SLOTS) {
    if
    :: MINE(i, w) -> caller[i] = none; candidate[i] = i == n
    :: else
    fi
  }
  i = 0;
  join[w] = over;
  notice[w] = false;
  tidy();
  assert(NO_LOCK_OUT)
}

/* A join that was answered is not called twice (calling.ts call). */
#define MAY_CALL(w) (join[w] == joining && !ANY(IN, w, opening) && !ANY(IN, w, storing) && !ANY(IN, w, confirming))

proctype Opener(byte w) {
  byte n, i;
end:
  do
  /* calling.ts knock: without waiting for A's nonce */
  :: d_step { MAY_CALL(w) && !KNOCKED(w) && !HAS_CANDIDATE(w) -> KNOCK(w, true); makeCall(w, zero) }
#ifndef PROGRESS
  /* presence.ts heardHello, calling.ts heardResponder: a HELLO there and one back, and A's present nonce is known */
  :: d_step { MAY_CALL(w) -> makeCall(w, live) }
#endif
  :: d_step { notice[w] && join[w] == joining -> endJoin(w) }
  /* The pair's topic: they meet in a reconnection on the pair that A stored (pair-secret.pml) */
  :: d_step { join[w] == joining && contact != 0 && turn == idle && WHO(contact) == w && candidate[contact] -> settle(w, contact) }
  /* the page dies or is loaded anew */
  :: d_step { join[w] == joining && FAULT -> CAUSE;
       for (n : 1 .. SLOTS) {
         if
         :: MINE(n, w) -> caller[n] = none
         :: else
         fi
       }
       n = 0;
       KNOCK(w, false);
       tidy()
     }
#ifdef PROGRESS
  :: d_step { notice[w] && FAULT -> CAUSE; notice[w] = false }
#endif
  od
}

/* Handshake n. */
proctype Handshake(byte n) {
  byte i;
end:
  do
  :: d_step { call[n] && turn == idle -> heardCall(n) }
#ifndef WITHOUT_COMMIT_FIRST
  :: d_step { answerer[n] == gathering && turn == idle -> sayOk(n); tidy() }
#endif
  :: d_step { reply[n] && caller[n] == calling ->                 /* calling.ts replied: the first HS2 that fits */
       for (i : 1 .. SLOTS) {
         if
         :: MINE(i, WHO(n)) && caller[i] == calling -> caller[i] = none
         :: else
         fi
       }
       i = 0;
       caller[n] = opening;
       tidy()
     }
  :: d_step { refusal[n] && caller[n] == calling -> refusal[n] = false; endJoin(WHO(n)) }
  :: d_step { caller[n] == opening && answerer[n] == opening ->   /* calling.ts offerOpened: the candidate is on disk… */
#ifdef WITHOUT_ALL_CANDIDATES
       for (i : 1 .. SLOTS) {
         if
         :: MINE(i, WHO(n)) -> candidate[i] = false
         :: else
         fi
       }
       i = 0;
#endif
       candidate[n] = true;
       caller[n] = storing;
       tidy();
       assert(NO_LOCK_OUT)
     }
  :: d_step { caller[n] == storing ->                             /* …and only then CONFIRM leaves */
       caller[n] = confirming;
       confirm[n] = answerer[n] == opening
     }
  :: d_step { confirm[n] && answerer[n] == opening && turn == idle -> confirm[n] = false; turn = consuming; about = n }
  :: d_step { ack[n] && caller[n] == confirming -> settle(WHO(n), n) }      /* calling.ts acknowledged */
  /* An attempt is given up before its time (presence.ts tooLate), or its channel broke. */
  :: d_step { caller[n] != none && FAULT -> CAUSE; caller[n] = none; tidy() }
  :: d_step { answerer[n] != none && turn == idle && FAULT -> CAUSE; answerer[n] = none; tidy() }
  /* The relay loses… */
  :: d_step { call[n] && FAULT -> CAUSE; call[n] = false; tidy() }
#ifdef PROGRESS
  /* …or repeats. Safety needs no steps for this: what is lost is like what never arrives, and an HS1 stays with the relay. */
  :: d_step { !IS_OVER(n) && !call[n] && FAULT -> CAUSE; call[n] = true }
  :: d_step { reply[n] && FAULT -> CAUSE; reply[n] = false }
  :: d_step { refusal[n] && FAULT -> CAUSE; refusal[n] = false }
  :: d_step { confirm[n] && FAULT -> CAUSE; confirm[n] = false; tidy() }
  :: d_step { ack[n] && FAULT -> CAUSE; ack[n] = false; tidy() }
#endif
  od
}

#ifdef PROGRESS
#define HAPPY(w) (join[w] == over || join[w] == told)
#define SETTLED (row == isConfirmed && join[WHO(contact)] == over && HAPPY(1) && HAPPY(2))
#define CALLED_OFF (row == isWithdrawn && (join[1] == told || HAS_CANDIDATE(1)) && (join[2] == told || HAS_CANDIDATE(2)))

/* Nothing else can happen: time passes. Every attempt ends, and who still waits says HELLO, hears A's and calls its nonce. */
active proctype Time() {
  byte n, i;
  do
  :: atomic { timeout ->
       if
       :: SETTLED || CALLED_OFF -> break
       :: else
       fi;
       d_step {
         for (i : 1 .. SLOTS) { answerer[i] = none; caller[i] = none }
         tidy();
         if
         :: join[1] == joining -> makeCall(1, live)
         :: else
         fi;
         if
         :: join[2] == joining -> makeCall(2, live)
         :: else
         fi;
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
    run Opener(1);
    run Opener(2);
    for (n : 1 .. SLOTS) { run Handshake(n) }
    n = 0
  }
}
