/* The wait engine, shared by core.pml and units.pml: slow operation, grant, wait-any, repair, sweep, death.
 *
 * One assignment, or one atomic{}, is one step: another thread or a death may come between any two. A killed thread or
 * sweeper stops for good; the locks it held are reported dead to the next locker. Comments of the form [at]label name
 * the crash point in the sources that follows the step. B_... macros break one rule each, for runs that must fail.
 * The including model defines NT (threads), NO (objects), KIND(o) and KILLABLE(t).                                    */
#ifndef KILLS
#define KILLS 1
#endif
#ifdef VICTIM
#define KILLABLE(t) ((t)==VICTIM)
#endif
#ifndef KILLABLE
#define KILLABLE(t) 1
#endif

#define MUTEX 0
#define AUTO 1
#define MANUAL 2
#define SEMAPHORE 3
#ifndef MAXIMUM
#define MAXIMUM 7
#endif

/* object word: owner or count in the low bits, and flags */
#define SLOW 8
#define ABANDONED 16
#define SIGNAL 32
#define PULSE 64
#define LOW(w) ((w)&7)

/* park word: state, or SATISFIED by object o; flags ABANDONED and PULSED ride on the commit */
#define IDLE 0
#define WAITING 1
#define CANCELLED 2
#define SATISFIED(o) (4+(o))
#define P_ABANDONED 8
#define P_PULSED 16
#define COVERS(p,o) (((p)&7)==4+(o))

/* block word */
#define FREE 0
#define LINKED 1
#define HELD 2
#define RETURNING 3
#define BLOCK(t,o) block[(t)*NO+(o)]
#define REDO(t,o) redo[(t)*NO+(o)]
#define BIT(t) (1<<((t)-1))

/* operations */
#define NOTHING 0
#define LINK 1
#define RELEASE 2    /* mutex: free it; semaphore: add n units; event: set it */
#define UNLINK 3
#define SWEEP 4
#define RESET 5
#define DO_PULSE 6
#define TAKE 7       /* under the lock, none of one's own blocks linked */

#define S1 (NT+1)
#define S2 (NT+2)

byte word[NO]; byte lock[NO]; bool lock_dead[NO]; byte queue[NO];
byte block[(NT+1)*NO]; byte redo[(NT+1)*NO];
byte park[NT+1]; bool asleep[NT+1];
bool dead[NT+3]; bool swept[NT+1]; byte sweeper_of[NT+1];
byte kills; bool done[NT+1];
/* ghosts */
byte balance[NO];     /* units that exist: initial + released - consumed */
byte inside[NO];      /* the threads between acquiring and releasing the mutex */
bool dirty[NO];       /* its last owner died */
byte due[NO];         /* the waiters queued when an event was set or pulsed, that are still owed that */

#define SIGNALED(o) ((KIND(o)==MUTEX && LOW(word[o])==0) || (KIND(o)==SEMAPHORE && LOW(word[o])!=0) || \
                     ((KIND(o)==AUTO || KIND(o)==MANUAL) && (word[o]&(SIGNAL|PULSE))))
#define GRANTED(o,t) (KIND(o)==MUTEX -> (t)|SLOW : (KIND(o)==SEMAPHORE -> word[o]-1 : \
                      (KIND(o)==AUTO -> SLOW : word[o])))
#define IS_UNIT(o) (KIND(o)==AUTO || KIND(o)==SEMAPHORE)
#define GRANT_FLAGS(o) ((KIND(o)==MUTEX && (word[o]&ABANDONED) -> P_ABANDONED : 0) + (word[o]&PULSE -> P_PULSED : 0))
#if NT==2
#define TOP(q) ((q)&2 -> 2 : 1)
#else
#define TOP(q) ((q)&4 -> 3 : ((q)&2 -> 2 : 1))
#endif

/* What the kernel does: locks first, then the life word. */
inline DIE(x) {
  dead[x]=1;
  if :: lock[0]==x -> lock[0]=0; lock_dead[0]=1 :: else fi;
  if :: inside[0]==x -> inside[0]=0 :: else fi;
  if :: x<=NT && KIND(0)==MUTEX && LOW(word[0])==x -> dirty[0]=1 :: else fi;
#if NO>1
  if :: lock[1]==x -> lock[1]=0; lock_dead[1]=1 :: else fi;
  if :: inside[1]==x -> inside[1]=0 :: else fi;
  if :: x<=NT && KIND(1)==MUTEX && LOW(word[1])==x -> dirty[1]=1 :: else fi;
#endif
}

/* Ghost: t is granted through object o, so nothing owes it a wake any more. */
inline SETTLE_DUE(o, t) {
  if :: word[o]&PULSE -> assert(due[o]&BIT(t)); due[o]=(KIND(o)==AUTO -> 0 : due[o]) :: else fi;
  due[0]=due[0]&~BIT(t);
#if NO>1
  due[1]=due[1]&~BIT(t)
#endif
}

inline REPAIR(o) {
  rt=1;                                                                                    /* @repair.consistent */
  do
  :: rt<=NT ->
     if
#ifndef B_NOREDO
     :: BLOCK(rt,o)==LINKED && COVERS(park[rt],o) -> word[o]=REDO(rt,o); BLOCK(rt,o)=HELD  /* @repair.redone */
     :: BLOCK(rt,o)==RETURNING -> word[o]=REDO(rt,o); BLOCK(rt,o)=FREE
#endif
     :: else
     fi; rt++
  :: else -> break
  od;
  atomic {
    rt=0; queue[o]=0;
    if :: BLOCK(1,o)==LINKED -> queue[o]=queue[o]|1 :: else fi;
    if :: BLOCK(2,o)==LINKED -> queue[o]=queue[o]|2 :: else fi;
#if NT>2
    if :: BLOCK(3,o)==LINKED -> queue[o]=queue[o]|4 :: else fi
#endif
  }                                                                                        /* @repair.rebuilt */
}

inline GIVE_BACK(o) {
  skip;
#ifndef B_NOGIVEBACK
  if
#ifdef B_PULSEBACK
  :: IS_UNIT(o) && BLOCK(x,o)==HELD && COVERS(park[x],o) ->
#else
  :: IS_UNIT(o) && BLOCK(x,o)==HELD && COVERS(park[x],o) && !(park[x]&P_PULSED) ->
#endif
     atomic {
#ifdef B_NOSATURATE
       REDO(x,o)=(KIND(o)==AUTO -> SIGNAL|SLOW : word[o]+1)
#else
       if
       :: KIND(o)==AUTO -> balance[o]=(word[o]&SIGNAL -> balance[o]-1 : balance[o]); REDO(x,o)=SIGNAL|SLOW
       :: KIND(o)==SEMAPHORE && LOW(word[o])==MAXIMUM -> balance[o]--; REDO(x,o)=word[o]
       :: else -> REDO(x,o)=word[o]+1
       fi
#endif
     };
#ifndef B_GIVEBACK_PLAIN
     BLOCK(x,o)=RETURNING;                                                                 /* @sweep.returning */
#endif
     word[o]=REDO(x,o);                                                                    /* @sweep.returned */
     BLOCK(x,o)=FREE                                                                       /* @sweep.block */
  :: else
  fi
#endif
}

inline COMMIT_RELEASE(o) {
  if
  :: KIND(o)==MUTEX -> assert(LOW(word[o])==me); word[o]=SLOW
  :: KIND(o)==SEMAPHORE ->
     atomic {
       if :: LOW(word[o])+units<=MAXIMUM -> word[o]=word[o]+units; balance[o]=balance[o]+units :: else fi
     }
  :: KIND(o)==AUTO -> atomic { word[o]=SIGNAL|(word[o]&SLOW); balance[o]=balance[o]+1 }
  :: KIND(o)==MANUAL -> atomic { word[o]=SIGNAL|SLOW; OWE(o) }
  fi
}

/* Ghost: each waiter queued now is owed the set or pulse that has just been stored. */
inline OWE(o) {
  due[o]=0;
  if :: BLOCK(1,o)==LINKED && park[1]==WAITING && !dead[1] -> due[o]=due[o]|1 :: else fi;
  if :: BLOCK(2,o)==LINKED && park[2]==WAITING && !dead[2] -> due[o]=due[o]|2 :: else fi;
#if NT>2
  if :: BLOCK(3,o)==LINKED && park[3]==WAITING && !dead[3] -> due[o]=due[o]|4 :: else fi
#endif
}

inline CHANGE(o) {
  if
  :: op==NOTHING
  :: op==LINK ->
#ifdef B_SELFTAKE
     if
     :: SIGNALED(o) ->
        atomic { if :: park[me]==WAITING -> ok=1; park[me]=SATISFIED(o)+GRANT_FLAGS(o) :: else -> ok=0 fi };
        if :: ok -> word[o]=GRANTED(o,me); ok=0 :: else fi
     :: else -> BLOCK(me,o)=LINKED; queue[o]=queue[o]|BIT(me)
     fi
#else
     BLOCK(me,o)=LINKED; queue[o]=queue[o]|BIT(me)
#endif
  :: op==RELEASE -> COMMIT_RELEASE(o)
  :: op==UNLINK -> if :: BLOCK(me,o)==LINKED -> queue[o]=queue[o]&~BIT(me); BLOCK(me,o)=FREE :: else fi
  :: op==SWEEP ->
     if :: BLOCK(x,o)==LINKED -> queue[o]=queue[o]&~BIT(x); BLOCK(x,o)=FREE :: else fi;
     GIVE_BACK(o);
     if :: KIND(o)==MUTEX && LOW(word[o])==x -> word[o]=ABANDONED|SLOW :: else fi          /* @sweep.word */
  :: op==RESET -> atomic { balance[o]=0; word[o]=SLOW }
#ifdef B_PULSE_AS_SET
  :: op==DO_PULSE -> atomic { word[o]=SIGNAL|SLOW; OWE(o) }
#else
  :: op==DO_PULSE -> atomic { word[o]=PULSE|SLOW; OWE(o) }
#endif
  :: op==TAKE -> if :: SIGNALED(o) && !(word[o]&PULSE) -> 
                    atomic { word[o]=GRANTED(o,me); res=SATISFIED(o); balance[o]=(IS_UNIT(o) -> balance[o]-1 : 0) }
                 :: else fi
  fi                                                                                       /* @op.changed */
}

inline GRANT(o) {
  t=TOP(queue[o]);
#ifndef B_NOSKIPDEAD
  if
  :: dead[t] -> queue[o]=queue[o]&~BIT(t); BLOCK(t,o)=FREE
  :: else -> GRANT_ALIVE(o)
  fi
#else
  GRANT_ALIVE(o)
#endif
}

inline GRANT_ALIVE(o) {
#ifdef B_WORDFIRST
  before=word[o]; word[o]=GRANTED(o,t);
  atomic { if :: park[t]==WAITING -> word[o]=before; SETTLE_DUE(o,t); park[t]=SATISFIED(o)+GRANT_FLAGS(o); word[o]=GRANTED(o,t); ok=1
              :: else -> ok=0 fi };
  if :: ok -> to_wake=to_wake|BIT(t) :: else -> word[o]=before fi;
  queue[o]=queue[o]&~BIT(t);
  BLOCK(t,o)=(ok -> HELD : FREE)
#else
#ifdef B_UNLINKFIRST
  queue[o]=queue[o]&~BIT(t); REDO(t,o)=GRANTED(o,t); BLOCK(t,o)=HELD;
  atomic { if :: park[t]==WAITING -> SETTLE_DUE(o,t); park[t]=SATISFIED(o)+GRANT_FLAGS(o); ok=1 :: else -> ok=0 fi };
  if :: ok -> word[o]=REDO(t,o); to_wake=to_wake|BIT(t) :: else -> BLOCK(t,o)=FREE fi
#else
  REDO(t,o)=GRANTED(o,t);                                                                  /* @grant.redo */
  atomic {
    if :: park[t]==WAITING -> SETTLE_DUE(o,t); park[t]=SATISFIED(o)+GRANT_FLAGS(o); ok=1
       :: else -> ok=0 fi
  };                                                                                       /* @grant.committed */
  if :: ok -> word[o]=REDO(t,o); to_wake=to_wake|BIT(t) :: else fi;                        /* @grant.word */
  queue[o]=queue[o]&~BIT(t);                                                               /* @grant.unlinked */
  BLOCK(t,o)=(ok -> HELD : FREE)                                                           /* @grant.held */
#endif
#endif
}

#ifdef B_DISTRIBUTERELEASE
#define DISTRIBUTES (op==RELEASE || op==LINK)
#else
#define DISTRIBUTES 1
#endif

inline DISTRIBUTE(o) {
  do
  :: SIGNALED(o) && queue[o]!=0 && DISTRIBUTES -> GRANT(o); atomic { ok=0; t=0; before=0 }
  :: else -> break
  od;                                                                                      /* @op.distributed */
#ifndef B_PULSEKEEP
#ifdef B_PULSE_AS_SET
  if :: op==DO_PULSE -> word[o]=word[o]&~SIGNAL :: else fi
#else
  if :: word[o]&PULSE -> word[o]=word[o]&~PULSE :: else fi
#endif
#endif
}

#ifdef B_NOSLOW
#define SET_SLOW(o) skip
#else
#ifdef B_WAITERSONLY
#define SET_SLOW(o) word[o]=(op==LINK -> word[o]|SLOW : word[o])
#else
#define SET_SLOW(o) word[o]=word[o]|SLOW
#endif
#endif

/* One slow operation on object o; `op`, `x` (the dead thread, for SWEEP) and `units` are the caller's locals. A dead
 * lock is repaired, and what its holder had begun is carried to its end, before the operation that came.            */
inline OPERATE(o) {
  atomic { lock[o]==0 -> lock[o]=me; died=lock_dead[o]; lock_dead[o]=0; to_wake=0 };       /* @op.locked */
  SET_SLOW(o);                                                                             /* @op.slow */
  if
  :: died ->
     REPAIR(o);
#ifdef B_OPFIRST
     CHANGE(o)
#else
     atomic { died=0; next_op=op; op=NOTHING }                                             /* @repair.done */
#endif
  :: else -> CHANGE(o)
  fi;
  do
  :: DISTRIBUTE(o);
     if :: next_op!=NOTHING -> atomic { op=next_op; next_op=NOTHING }; CHANGE(o) :: else -> break fi
  od;
  if :: queue[o]==0 -> word[o]=word[o]&~SLOW :: else fi;                                   /* @op.cleared */
  atomic { died=0; lock[o]=0 };                                                            /* @op.unlocked */
  do
  :: to_wake&1 -> atomic { asleep[1]=0; to_wake=to_wake&~1 }
  :: to_wake&2 -> atomic { asleep[2]=0; to_wake=to_wake&~2 }
#if NT>2
  :: to_wake&4 -> atomic { asleep[3]=0; to_wake=to_wake&~4 }
#endif
  :: to_wake==0 -> break                                                                   /* @op.woken */
  od
}

#define ENGINE_LOCALS byte o, t, rt, to_wake, op, next_op, x, before, units, res; bool ok, died

#ifdef B_PULSESEEN
#define LOCKFREE_SIGNAL (SIGNAL|PULSE)
#else
#define LOCKFREE_SIGNAL SIGNAL
#endif

/* The fast path on object o: one compare-and-swap, only while SLOW is clear. */
inline TRY_FAST(o) {
  atomic {
    if
    :: KIND(o)==MUTEX && (word[o]==0 || word[o]==ABANDONED) ->
       res=SATISFIED(o)+(word[o]&ABANDONED -> P_ABANDONED : 0); word[o]=me
    :: KIND(o)==AUTO && word[o]==SIGNAL -> word[o]=0; res=SATISFIED(o); balance[o]--
    :: KIND(o)==MANUAL && (word[o]&LOCKFREE_SIGNAL) -> res=SATISFIED(o)
    :: KIND(o)==SEMAPHORE && word[o]!=0 && !(word[o]&SLOW) -> word[o]=word[o]-1; res=SATISFIED(o); balance[o]--
    :: else
    fi
  }                                                                                        /* @take.taken */
}

inline FAST_PHASE(set) {
  atomic { res=0; o=0 };
  if :: (set)&1 -> TRY_FAST(0) :: else fi;
#if NO>1
#ifdef B_ONELOOK
  if :: res==0 && ((set)&2) -> TRY_FAST(1) :: else fi
#else
  if
  :: res==0 && ((set)&2) && SIGNALED(1) && !(word[1]&SLOW) ->
     if :: (set)&1 -> TRY_FAST(0) :: else fi;
     if :: res==0 -> TRY_FAST(1) :: else fi
  :: else
  fi
#endif
#endif
}

/* Consumes: the unit is the waiter's from here on. */
inline ACKNOWLEDGE() {
  atomic {
    res=(park[me]==CANCELLED -> 0 : park[me]);
    if :: COVERS(res,0) && IS_UNIT(0) && !(res&P_PULSED) -> balance[0]-- :: else fi;
#if NO>1
    if :: COVERS(res,1) && IS_UNIT(1) && !(res&P_PULSED) -> balance[1]-- :: else fi;
#endif
    park[me]=IDLE
  }                                                                                        /* @wait.acknowledged */
}

inline SLOW_PHASES(set, may_time_out) {
  atomic { park[me]=WAITING; o=0 };                                                        /* @wait.parked */
  do
  :: o<NO && park[me]==WAITING ->
     if :: ((set)>>o)&1 -> op=LINK; OPERATE(o) :: else fi; o++                             /* @wait.linked */
  :: else -> break
  od;
  do
  :: park[me]!=WAITING -> break
  :: else ->
     atomic { if :: park[me]==WAITING -> asleep[me]=1 :: else fi };
     if
     :: !asleep[me]
     :: may_time_out ->
        asleep[me]=0;
        atomic { if :: park[me]==WAITING -> park[me]=CANCELLED; due[0]=due[0]&~BIT(me);
#if NO>1
                       due[1]=due[1]&~BIT(me)
#endif
                    :: else fi }                                                           /* @wait.cancelled */
     fi
  od;
  o=0;
  do
  :: o<NO ->
#ifdef B_TRUSTPARK
     if :: BLOCK(me,o)==LINKED && !COVERS(park[me],o) -> op=UNLINK; OPERATE(o) :: else fi;
#else
     if :: BLOCK(me,o)==LINKED -> op=UNLINK; OPERATE(o) :: else fi;                        /* @wait.unlinked */
#endif
     o++
  :: else -> break
  od;
  ACKNOWLEDGE();
  BLOCK(me,0)=FREE;
#if NO>1
  BLOCK(me,1)=FREE;
#endif
  o=0                                                                                      /* @wait.done */
}

inline WAIT(set, may_time_out) {
  FAST_PHASE(set);
  if :: res==0 -> SLOW_PHASES(set, may_time_out) :: else fi
}

#define NEEDS_SWEEP(t) (dead[t] && !swept[t] && (sweeper_of[t]==0 || dead[sweeper_of[t]]))
#ifdef B_NOVISIT
#define MUST_VISIT(o) (BLOCK(x,o)!=FREE || COVERS(park[x],o) || (KIND(o)==MUTEX && LOW(word[o])==x))
#else
#define MUST_VISIT(o) (lock_dead[o] || BLOCK(x,o)!=FREE || COVERS(park[x],o) || (KIND(o)==MUTEX && LOW(word[o])==x))
#endif

inline SWEEP_ONE() {
#ifndef B_NOCANCEL
  atomic { if :: park[x]==WAITING -> park[x]=CANCELLED :: else fi };                       /* @sweep.cancelled */
#endif
  o=0;
  do
  :: o<NO -> if :: MUST_VISIT(o) -> op=SWEEP; OPERATE(o) :: else fi; o++                   /* @sweep.object */
  :: else -> break
  od;
#ifndef B_NOREWAKE
  atomic {
    if :: park[1]!=WAITING -> asleep[1]=0 :: else fi;
    if :: park[2]!=WAITING -> asleep[2]=0 :: else fi;
#if NT>2
    if :: park[3]!=WAITING -> asleep[3]=0 :: else fi
#endif
  };                                                                                       /* @sweep.woken */
#endif
  atomic {
    park[x]=IDLE; BLOCK(x,0)=FREE; due[0]=due[0]&~BIT(x);
#if NO>1
    BLOCK(x,1)=FREE; due[1]=due[1]&~BIT(x);
#endif
    swept[x]=1; x=0; o=0; op=0
  }                                                                                        /* @sweep.freed */
}

proctype Sweeper(byte me) {
  ENGINE_LOCALS;
  {
  do
  :: atomic { NEEDS_SWEEP(1) -> x=1; sweeper_of[1]=me }; SWEEP_ONE()                       /* @sweep.adopted */
  :: atomic { NEEDS_SWEEP(2) -> x=2; sweeper_of[2]=me }; SWEEP_ONE()
#if NT>2
  :: atomic { NEEDS_SWEEP(3) -> x=3; sweeper_of[3]=me }; SWEEP_ONE()
#endif
  od
  } unless { dead[me] }
}

/* Kills up to KILLS threads; the first sweeper may be among them once it has something to sweep. */
proctype Killer() {
  do
  :: kills<KILLS ->
     if
     :: atomic { KILLABLE(1) && !dead[1] && !done[1] -> DIE(1); kills++ }
     :: atomic { KILLABLE(2) && !dead[2] && !done[2] -> DIE(2); kills++ }
#if NT>2
     :: atomic { KILLABLE(3) && !dead[3] && !done[3] -> DIE(3); kills++ }
#endif
     :: atomic { kills>0 && !dead[S1] -> DIE(S1); kills++ }
     :: break
     fi
  :: else -> break
  od
}

#define STARVES(t,o,set) (!dead[t] && !done[t] && (((set)>>(o))&1))
#define UNITS(o) (KIND(o)==SEMAPHORE -> LOW(word[o]) : (word[o]&SIGNAL -> 1 : 0))
/* At rest: no dead lock, no dead owner, no pulse, every unit accounted for. */
inline ASSERT_OBJECT_AT_REST(o) {
  assert(!lock_dead[o] && lock[o]==0);
  assert(!(word[o]&PULSE));
  assert(KIND(o)!=MUTEX || LOW(word[o])==0);
  assert(!IS_UNIT(o) || UNITS(o)==balance[o]);
  assert(due[o]==0)
}
