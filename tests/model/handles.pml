/* The life of an object slot: thread USER takes and releases a mutex through a handle it has looked up, while CLOSER
 * closes the last handle; CREATOR then puts the next occupant into the slot. USER and CLOSER may be killed anywhere.
 *
 * Checked: only the next occupant's users ever change its word; an object is destroyed once, and never while owned
 * by the living; at rest no object without a handle is left.
 *
 * Word: owner, SLOW, generation. N: namespace lock, O: object lock.                                                   */
#ifndef KILLS
#define KILLS 1
#endif
#define USER 1
#define CLOSER 2
#define CREATOR 3
#define SWEEPER 4
#define SLOW 4
#define OWNER(w) ((w)&3)
#define STATE(w) ((w)&7)
#define GENERATION(w) ((w)>>3)
#define NEXT(w) ((GENERATION(w)+1)<<3)

byte word; bool live=1; bool entry=1; bool orphan;     /* live: kind is not free; entry: a handle entry names it */
byte n_lock; bool n_dead; byte o_lock; bool o_dead;
bool dead[5]; bool done[5]; bool swept; byte kills;
bool told[5];                                          /* it owns an orphan, which only it may end */

inline DIE(x) {
  dead[x]=1;
  if :: n_lock==x -> n_lock=0; n_dead=1 :: else fi;
  if :: o_lock==x -> o_lock=0; o_dead=1 :: else fi
}

/* SLOW off: from the word as it is, not as it was. */
#ifdef B_PLAINSTORE
#define CLEAR_SLOW() seen=word; word=seen&~SLOW
#else
#define CLEAR_SLOW() word=word&~SLOW
#endif
/* Ends an operation on the object: SLOW goes unless the object is an orphan, whose end must not pass unnoticed. */
inline FINISH() {
#ifdef B_ORPHANFAST
  CLEAR_SLOW();
#else
  if :: !orphan -> CLEAR_SLOW() :: else fi;                                                /* @op.cleared */
#endif
  collect=(orphan && OWNER(word)==0);
  if :: orphan && OWNER(word)!=0 -> told[OWNER(word)]=1 :: else fi;
  o_lock=0
}
inline LOCK_OBJECT() { atomic { o_lock==0 -> o_lock=me; o_dead=0 }; word=word|SLOW }      /* @op.slow */

/* N held. Without handle the object ends, if it is free or the caller's own; another's it becomes an orphan of. */
inline TRY_DESTROY() {
  if
  :: live && !entry ->
#ifdef B_OWNERBEFORESLOW
     owner=OWNER(word);
     LOCK_OBJECT();                                                                        /* @close.unnamed */
#else
     LOCK_OBJECT();
     owner=OWNER(word);
#endif
     if
#ifdef B_OTHERSEND
     :: 0 -> skip
#else
     :: owner!=0 && owner!=me -> orphan=1
#endif
     :: else ->
        orphan=0;
        atomic { assert(OWNER(word)==0 || OWNER(word)==me || dead[OWNER(word)]); word=NEXT(word) };           /* @destroy.word */
        live=0                                                                             /* @destroy.freed */
     fi;
     FINISH()
  :: else
  fi
}

inline LOCK_NAMESPACE() {
  atomic { n_lock==0 -> n_lock=me; rebuild=n_dead; n_dead=0 };
#ifndef B_NOREBUILD
  if :: rebuild -> TRY_DESTROY() :: else fi
#endif
}
inline UNLOCK_NAMESPACE() { n_lock=0 }
inline COLLECT() {
#ifndef B_NOCOLLECT
  if :: collect -> LOCK_NAMESPACE(); TRY_DESTROY(); UNLOCK_NAMESPACE() :: else fi;
#endif
  collect=0
}

#define LOCALS bool rebuild, collect, owned; byte owner, seen

#ifdef B_NOGENERATION
#define MATCHES(state) (STATE(word)==(state))
#else
#define MATCHES(state) (word==(state))          /* the looked-up generation is 0 */
#endif
#ifdef B_SLOWNOGENERATION
#define CURRENT 1
#else
#define CURRENT (GENERATION(word)==0)
#endif

proctype User() {
  LOCALS; byte me=USER;
  {
  atomic { if :: MATCHES(0) -> assert(GENERATION(word)==0); word=USER; owned=1 :: else fi };   /* @take.taken */
  if
  :: !owned ->
     LOCK_OBJECT();
     if
     :: CURRENT && OWNER(word)==0 -> atomic { assert(GENERATION(word)==0 && live); word=word|USER; owned=1 }
     :: else
     fi;
     FINISH(); COLLECT()
  :: else
  fi;
  if
  :: owned && told[USER] -> LOCK_NAMESPACE(); TRY_DESTROY(); UNLOCK_NAMESPACE(); owned=0
  :: owned ->
     atomic { assert(GENERATION(word)==0 && OWNER(word)==USER);
              if :: MATCHES(USER) -> word=0; owned=0 :: else fi };
     if :: owned -> LOCK_OBJECT(); word=word&~3; FINISH(); COLLECT() :: else fi
  :: else
  fi;
  done[USER]=1
  } unless { dead[USER] }
}

proctype Closer() {
  LOCALS; byte me=CLOSER;
  {
  LOCK_NAMESPACE();
  entry=0;                                                                                 /* @close.entry */
  TRY_DESTROY();
  UNLOCK_NAMESPACE();
  done[CLOSER]=1
  } unless { dead[CLOSER] }
}

proctype Creator() {
  LOCALS; byte me=CREATOR;
  !live;
  LOCK_NAMESPACE();
  if
  :: !live ->                                                                              /* @create.allocated */
     orphan=0;
#ifdef INITIAL                                         /* created owned: N is held, O may be a stale user's */
     word=(word&~3)|CREATOR; owned=1; live=1;                                              /* @create.written */
#else
     word=(GENERATION(word)<<3)|(word&SLOW); live=1;                                       /* @create.written */
#endif
     entry=1;                                                                              /* @create.handle */
     UNLOCK_NAMESPACE();
     atomic { if :: !owned && STATE(word)==0 -> word=word|CREATOR; owned=1 :: else fi };
     if :: !owned -> LOCK_OBJECT(); assert(OWNER(word)==0); word=word|CREATOR; FINISH() :: else fi;
     assert(OWNER(word)==CREATOR && GENERATION(word)!=0)
  :: else -> UNLOCK_NAMESPACE()
  fi;
  done[CREATOR]=1
}

#ifdef B_NOORPHANVISIT
#define MUST_VISIT (o_dead || (dead[USER] && OWNER(word)==USER))
#else            /* the last user of an orphan may have died before destroying it */
#define MUST_VISIT (o_dead || orphan || (dead[USER] && OWNER(word)==USER))
#endif
/* Abandons what the dead owned and finishes what they had begun; CLOSER's process closes its handles at the end. */
proctype Sweeper() {
  LOCALS; byte me=SWEEPER;
  do
  :: (dead[USER] || dead[CLOSER]) && !swept && (dead[USER] || done[USER]) && (dead[CLOSER] || done[CLOSER]) ->
     if
     :: MUST_VISIT ->
        LOCK_OBJECT();
        if :: OWNER(word)==USER -> word=word&~3 :: else fi;                                /* @sweep.abandoned */
        FINISH(); COLLECT()
     :: else
     fi;
     LOCK_NAMESPACE();
     if :: dead[CLOSER] && entry && GENERATION(word)==0 -> entry=0; TRY_DESTROY() :: else fi;
     UNLOCK_NAMESPACE();
     swept=1
  od
}

proctype Killer() {
  do
  :: kills<KILLS ->
     if
     :: atomic { !dead[USER] && !done[USER] -> DIE(USER); kills++ }
     :: atomic { !dead[CLOSER] && !done[CLOSER] -> DIE(CLOSER); kills++ }
     :: break
     fi
  :: else -> break
  od
}

init {
  atomic { run User(); run Closer(); run Creator(); run Sweeper(); run Killer() };
  timeout -> atomic {
    assert(n_lock==0 && !n_dead && o_lock==0 && !o_dead);
    assert(!live || entry);
    assert(done[CREATOR] && GENERATION(word)!=0)
  }
}
