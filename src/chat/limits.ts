/** The chat's bounds and times, each with its reason. Times in ms. */

/** Heartbeat of announcements while not connected, ± 30 %: relays see no more than four a hour and link. */
export const HELLO_EVERY = 15 * 60_000
/** Two announcements of one link are not closer than this, whatever causes them; but for one in that time after a break. */
export const HELLO_GAP = 10_000
/** An announcement that nothing has come of after so long is made once more: a relay may have lost it. */
export const HELLO_AGAIN = HELLO_GAP
/** A join knocks with HS1 first; the announcement follows only if nobody answered. */
export const JOIN_HELLO_AFTER = 1_500
/** The same for a join whose contact is stored: by then the pair's topic should have led somewhere. */
export const REJOIN_HELLO_AFTER = 5_000
/** The first HELLO heard is answered at once; those that follow within this time are answered together, in one event. */
export const ANSWER_TOGETHER = 100
/** A HELLO of theirs is answered at most this often per minute and link. */
export const ANSWERS_PER_MINUTE = 20
/** Handshakes that reach a DH: CPU is bounded even against somebody who holds the link. */
export const HANDSHAKES_PER_MINUTE = 20
export const HANDSHAKES_PER_INVITE = 200
/** HS1 sent per minute and contact. */
export const CALLS_PER_MINUTE = 4
/** Gathering is capped below this by the channel itself (relay-only: 10 s). */
export const GATHER_WITHIN = 15_000
/** A call without an answer may have got lost: after so long we ask whether they are there; when none is left, the heartbeat does. */
export const ASK_AFTER: readonly number[] = [5_000, 30_000, 120_000]
/** No question waits longer. */
export const ASK_WITHIN = 120_000
/** A nonce that is announced again after a call without an answer is called again: once so soon, then not within CALL_WITHIN. */
export const CALL_AGAIN_AFTER = 5_000
/** An offer older than this may point at a closed NAT hole. */
export const CALL_WITHIN = 30_000
/** An offer that is made before anybody asked for it waits so long. */
export const SPARE_WITHIN = 10_000
/** A page has begun of late: what it shows may have been left a moment ago. */
export const BEGINNING = 5_000
/** Codes travel for minutes; ports in use are kept for no longer than this. */
export const HAND_WITHIN = 15 * 60_000
/** ICE and DTLS; the channel itself gives up at 20 s. */
export const OPEN_WITHIN = 25_000
export const CONFIRM_WITHIN = 15_000
export const PING_EVERY = 5_000
/** Three missed heartbeats. */
export const DEAD_AFTER = 15_000
/** Messages in flight and none acknowledged: the line looks alive and is not. */
export const STALLED_AFTER = 20_000
/** A session's keys are renewed after so much time, so many frames or bytes (both ways): design §2. */
export const REKEY_EVERY = 60 * 60_000
export const REKEY_FRAMES = 2 ** 16
export const REKEY_BYTES = 2 ** 30
/** Keys of skipped frames live for one to two of these: on an ordered channel what is missing for so long never comes. */
export const SKIPPED_FOR = 5 * 60_000
/** A renewal that has not come about by then ends the session: no set of keys goes on for ever. */
export const REKEY_WITHIN = 2 * 60_000
/** After “continue” on this side, the other may say so too until then. */
export const RECOVER_WITHIN = 10 * 60_000
/** Attempts side by side: an old one may still open while a reloaded page calls anew. */
export const MAX_ATTEMPTS = 4
/** Unconfirmed pair secrets kept side by side, so that any CONFIRM that reached the other side is known here. */
export const MAX_CANDIDATES = 8
/** Waits between tries after ICE failed; the last repeats. */
export const RETRY_AFTER: readonly number[] = [2_000, 30_000, 120_000, 600_000]
/** Break without a bye: both sides announce after 0.2–1.5 s, so that they do not speak at once. */
export const LOST_HELLO_AFTER = 200
export const LOST_HELLO_SPREAD = 1_300
/** How long a line counts as being looked for before the words say that nobody is there. */
export const LOOKING_FOR = 8_000
export const RELAY_PATIENCE = 5_000
/** Messages of one commit; as many as one receipt can name. */
export const BATCH = 256
/** Messages handed to a session and not yet acknowledged: while one commit of them is acknowledged, another is under way. */
export const WINDOW = 2 * BATCH
/** UTF-16 units in them, at most 3 bytes each; no frame is padded to twice its size. With the last text over it: under 2 MiB. */
export const WINDOW_UNITS = 256 * 1024
/** Messages composed while the window is full that are kept in memory for the session, beside the disk. */
export const MAX_WAITING = 512
export const PAGE = 60
/** What a read receipt names is looked for among the newest; further back, in so many pages, only so often: somebody may name what never was. */
export const MAX_SOUGHT_PAGES = 32
export const SEEK_AGAIN = 10_000
/** Rows of the open chat in memory and on the screen, wherever in it somebody is: the cost of a chat does not grow with it. */
export const MAX_WINDOW = 300
/** Bytes of one channel that wait to be opened: more than a sender that keeps to its window can have under way. */
export const MAX_INCOMING = 2 * 2 ** 20
/** Nobody renews more often: each renewal costs a handshake. */
export const REKEY_GAP = 60_000
/** What goes on and on, as a look through a long chat, keeps nobody from seeing what came of something else. */
export const TELL_WITHIN = 50
/** What a tab still keeps when another takes over; the other waits for 500 ms. */
export const LEAVE_WITHIN = 250
/** However far off the next thing due is, the clock is looked at again by then. */
export const MAX_TICK_WAIT = 10 * 60_000
/** A clock that is so far ahead of the last time that was sure is believed only if the page's host says so too. */
export const MAX_LEAP = 30 * 24 * 3_600_000
/** Messages that are looked at for their age at once, and how often that is done: not more, and not less. */
export const KEEP_STRETCH = 256
export const KEEP_LOOK_GAP = 60_000
export const KEEP_LOOK_AGAIN = 3_600_000
/** A failed expiry is tried again after this. */
export const EXPIRE_AGAIN = 60_000
export const INVITE_LIFE = 24 * 3_600_000
/** Late openers are answered until then. */
export const INVITE_AFTERLIFE = 7 * 24 * 3_600_000
/** A slow copy of the joiner's own second HS1 may arrive just after its CONFIRM: no alarm for that. */
export const LATE_GRACE = 10_000
/** Opened and not finished (a link pressed inside a chat app, then opened again in the browser). */
export const UNFINISHED_AFTER = 120_000
export const MAX_OPEN_INVITES = 20
export const MAX_CONTACTS = 1_000
/** UTF-16 units: a text that is too long for one message is kept until it has been cut into parts. */
export const MAX_DRAFT = 100_000
/** Neighbouring day's topics are listened on this close to midnight UTC. */
export const DAY = 86_400_000
export const DAY_OVERLAP = 2 * 3_600_000
/** Remembered nonces and replies per link. */
export const MAX_HEARD = 64
export const MAX_REPLIES = 8
/** Repetitions of one reply: relays bring a call in copies, an honest caller makes a new one. */
export const MAX_REPEATS = 8
/** Relays used at once. */
export const MAX_RELAYS = 8
