/* Wait-all for {mutex 0, auto-reset event 1} by thread 1, against thread 2, which takes and releases either one, ROUNDS
 * times, and waits for it if it must. Either thread, then the first sweeper, may be killed anywhere.
 *
 * Only the holder of the all-lock (lock 2) locks both objects. `hint` says that a wait-all is queued on the object,
 * `recheck` that it was repaired by a thread that could not look at the wait-all, or was busy when one could look. With
 * BYSTANDER a third thread locks the event and distributes nothing.                                                   */
#ifndef ROUNDS
#define ROUNDS 1
#endif
#ifndef KILLS
#define KILLS 1
#endif
#ifndef MAY_TIME_OUT
#define MAY_TIME_OUT 0
#endif
#define SLOW 8
#define ABANDONED 16
#define SIGNAL 32
#define OWNER(w) ((w)&7)
#define IDLE 0
#define WAITING 1
#define CANCELLED 2
#define SATISFIED_ALL 3
#define SATISFIED(o) (4+(o))
#define P_ABANDONED 8
#define COVERS(p,o) (((p)&7)==4+(o) || ((p)&7)==SATISFIED_ALL)
#define FREE 0
#define LINKED 1
#define HELD 2
#define RETURNING 3
#define BLOCK(t,o) block[(t)*2+(o)]
#define REDO(t,o) redo[(t)*2+(o)]
#define SIGNALED(o) ((o)==0 -> OWNER(word[0])==0 : (word[1]&SIGNAL)!=0)
#define NOTHING 0
#define LINK 1
#define RELEASE 2
#define UNLINK 3
#define SWEEP 4
#define ALL_LOCK 2
#define S1 3
#define S2 4

byte word[2]; byte lock[3]; bool lock_dead[3]; bool hint[2]; bool recheck[2];
byte block[6]; byte redo[6]; byte park[3]; bool asleep[3];
bool dead[5]; bool swept[3]; byte sweeper_of[3]; byte kills; bool done[3];
byte balance=1; byte inside; bool dirty;     /* ghosts: the event's signal, the mutex's user, its last owner died */

inline DIE(x) {
  dead[x]=1;
  if :: lock[0]==x -> lock[0]=0; lock_dead[0]=1 :: else fi;
  if :: lock[1]==x -> lock[1]=0; lock_dead[1]=1 :: else fi;
  if :: lock[2]==x -> lock[2]=0 :: else fi;
  if :: x<=2 && OWNER(word[0])==x -> dirty=1 :: else fi;
  if :: inside==x -> inside=0 :: else fi
}

inline REDO_BLOCK(t, o) {
  if
  :: BLOCK(t,o)==LINKED && COVERS(park[t],o) -> word[o]=REDO(t,o); BLOCK(t,o)=HELD         /* @repair.redone */
  :: BLOCK(t,o)==RETURNING -> word[o]=REDO(t,o); BLOCK(t,o)=FREE
  :: else
  fi
}

#define GET(o) lock[o]=me; died=lock_dead[o]; lock_dead[o]=0
inline LOCKED(o) {
  word[o]=word[o]|SLOW;
  if
  :: died ->
     REDO_BLOCK(1,o); REDO_BLOCK(2,o);
     hint[o]=(BLOCK(1,o)==LINKED);                                                         /* @repair.rebuilt */
     atomic { recheck[o]=1; died=0 }                                                       /* @repair.done */
  :: else
  fi
}
inline ACQUIRE(o) { atomic { lock[o]==0 -> GET(o) }; LOCKED(o) }
/* With the all-lock held no lock is waited for long; `busy` is left to its holder. */
inline ACQUIRE_MEMBER(o) {
  atomic { if :: lock[o]==0 -> GET(o); busy=0 :: else -> busy=1 fi };
  if
  :: busy ->
     recheck[o]=1;                                                                         /* @all.put_off */
     atomic { if :: lock[o]==0 -> GET(o); busy=0 :: else fi }
  :: else
  fi;
  if :: !busy -> LOCKED(o) :: else fi
}
inline FINISH(o) {
  if :: BLOCK(1,o)!=LINKED && BLOCK(2,o)!=LINKED -> word[o]=word[o]&~SLOW :: else fi;
  lock[o]=0
}
inline LOCK_ALL() { atomic { lock[ALL_LOCK]==0 -> lock[ALL_LOCK]=me } }

#define COMMIT_ALL park[1]=SATISFIED_ALL+(word[0]&ABANDONED -> P_ABANDONED : 0)
/* The all-lock and both objects are locked. */
inline TRY_ALL() {
  if
  :: SIGNALED(0) && SIGNALED(1) && BLOCK(1,0)==LINKED && BLOCK(1,1)==LINKED ->
     REDO(1,0)=1|SLOW; REDO(1,1)=SLOW;                                                     /* @all.redo */
     atomic { if :: park[1]==WAITING -> COMMIT_ALL; ok=1 :: else -> ok=0 fi };              /* @all.committed */
     if
     :: ok ->
#ifdef B_ALLUNLINKFIRST
        BLOCK(1,0)=HELD; BLOCK(1,1)=HELD; word[0]=REDO(1,0); word[1]=REDO(1,1); hint[0]=0; hint[1]=0;
#else
        word[0]=REDO(1,0);                                                                 /* @all.word */
        hint[0]=0; BLOCK(1,0)=HELD;                                                        /* @all.held */
        word[1]=REDO(1,1); hint[1]=0; BLOCK(1,1)=HELD;
#endif
        wake_1=1
     :: else
     fi; ok=0
  :: else
  fi
}

inline CHANGE(o) {
  if
  :: op==NOTHING
  :: op==LINK -> BLOCK(2,o)=LINKED
  :: op==RELEASE && o==0 -> assert(OWNER(word[0])==me); word[0]=SLOW
  :: op==RELEASE && o==1 -> atomic { word[1]=SIGNAL|SLOW; balance++ }
  :: op==UNLINK -> if :: BLOCK(me,o)==LINKED -> hint[o]=(me==1 -> 0 : hint[o]); BLOCK(me,o)=FREE :: else fi
  :: op==SWEEP ->
     if :: BLOCK(x,o)==LINKED -> hint[o]=(x==1 -> 0 : hint[o]); BLOCK(x,o)=FREE :: else fi;
     if
     :: o==1 && BLOCK(x,o)==HELD && COVERS(park[x],o) ->
        REDO(x,o)=SIGNAL|SLOW; BLOCK(x,o)=RETURNING; word[o]=REDO(x,o); BLOCK(x,o)=FREE
     :: else
     fi;
     if :: o==0 && OWNER(word[0])==x -> word[0]=ABANDONED|SLOW :: else fi
  fi
}

inline GRANT_2(o) {
  REDO(2,o)=(o==0 -> 2|SLOW : SLOW);
  atomic {
    if :: park[2]==WAITING -> park[2]=SATISFIED(o)+(o==0 && (word[o]&ABANDONED) -> P_ABANDONED : 0); ok=1
       :: else -> ok=0 fi
  };
  if :: ok -> word[o]=REDO(2,o); wake_2=1 :: else fi;
  BLOCK(2,o)=(ok -> HELD : FREE); ok=0
}

#ifdef B_NOALLLOCK
#define HINTED(o) 0
#define HINT_MISSED(o) 0
#else
#define HINTED(o) hint[o]
#define HINT_MISSED(o) (!all_held && hint[o])
#endif
#ifdef B_NORECHECK
#define RECHECK_OTHER(o) 0
#else
#define RECHECK_OTHER(o) recheck[1-(o)]
#endif

/* One slow operation; repeated for the other object if that was repaired on the way. */
inline OPERATE(first) {
  at=first;
  do
  :: all_held=HINTED(at);
     if :: all_held -> LOCK_ALL() :: else fi;
     ACQUIRE(at);
     if
     :: HINT_MISSED(at) -> FINISH(at)
     :: else ->
        CHANGE(at);
        if
        :: all_held && SIGNALED(at) && BLOCK(1,at)==LINKED ->
           ACQUIRE_MEMBER(1-at);
           if :: !busy -> TRY_ALL(); FINISH(1-at) :: else fi                               /* @all.locked */
        :: else
        fi;
        if :: SIGNALED(at) && BLOCK(2,at)==LINKED -> GRANT_2(at) :: else fi;
        recheck[at]=0;
        FINISH(at);
        if :: all_held -> lock[ALL_LOCK]=0; all_held=0 :: else fi;                         /* @all.unlocked */
        if :: wake_1 -> atomic { asleep[1]=0; wake_1=0 } :: else fi;
        if :: wake_2 -> atomic { asleep[2]=0; wake_2=0 } :: else fi;
        if :: RECHECK_OTHER(at) && !busy -> atomic { at=1-at; op=NOTHING } :: else -> busy=0; break fi
     fi
  od
}

#define LOCALS byte at, op, x, res, round, which; bool ok, died, busy, all_held, wake_1, wake_2

inline SLEEP(may_time_out) {
  do
  :: park[me]!=WAITING -> break
  :: else ->
     atomic { if :: park[me]==WAITING -> asleep[me]=1 :: else fi };
     if
     :: !asleep[me]
     :: may_time_out -> asleep[me]=0; atomic { if :: park[me]==WAITING -> park[me]=CANCELLED :: else fi }
     fi
  od
}

inline USE_MUTEX() { atomic { assert(OWNER(word[0])==me && inside==0); assert(!dirty || (res&P_ABANDONED)); dirty=0; inside=me } }

proctype All() {
  LOCALS; byte me=1;
  {
  LOCK_ALL(); ACQUIRE(0); ACQUIRE(1);
  park[1]=WAITING;
  hint[0]=1; BLOCK(1,0)=LINKED; hint[1]=1; BLOCK(1,1)=LINKED;                              /* @all.linked */
  TRY_ALL();
  FINISH(0); FINISH(1); lock[ALL_LOCK]=0; wake_1=0;
  if :: recheck[0] || recheck[1] -> op=NOTHING; OPERATE((recheck[0] -> 0 : 1)) :: else fi;
  SLEEP(MAY_TIME_OUT);
  do
  :: which<2 -> if :: BLOCK(1,which)==LINKED -> op=UNLINK; OPERATE(which) :: else fi; which++
  :: else -> break
  od;
  atomic {
    res=park[1];
    if :: (res&7)==SATISFIED_ALL -> balance--; USE_MUTEX() :: else fi;
    park[1]=IDLE
  };
  BLOCK(1,0)=FREE; BLOCK(1,1)=FREE;
  if :: (res&7)==SATISFIED_ALL -> inside=0; op=RELEASE; OPERATE(1); op=RELEASE; OPERATE(0) :: else fi;
  done[1]=1
  } unless { dead[1] }
}

inline TAKE_FAST() {
  atomic {
    res=0;
    if
    :: which==0 && (word[0]==0 || word[0]==ABANDONED) -> res=SATISFIED(0)+(word[0]&ABANDONED -> P_ABANDONED : 0); word[0]=2
    :: which==1 && word[1]==SIGNAL -> word[1]=0; res=SATISFIED(1); balance--
    :: else
    fi
  }
}
inline WAIT_SLOW() {
  park[2]=WAITING; op=LINK; OPERATE(which);
  SLEEP(0);
  if :: BLOCK(2,which)==LINKED -> op=UNLINK; OPERATE(which) :: else fi;
  atomic { res=park[2]; balance=(which==1 -> balance-1 : balance); park[2]=IDLE };
  BLOCK(2,which)=FREE
}

proctype Any() {
  LOCALS; byte me=2;
  {
  do
  :: round<ROUNDS ->
     if :: which=0 :: which=1 fi;
     TAKE_FAST();
     if :: res==0 -> WAIT_SLOW() :: else fi;
     if
     :: which==0 -> USE_MUTEX(); inside=0; atomic { if :: word[0]==2 -> word[0]=0; res=0 :: else fi }
     :: else -> atomic { if :: word[1]==0 -> word[1]=SIGNAL; balance++; res=0 :: else fi }
     fi;
     if :: res!=0 -> op=RELEASE; OPERATE(which) :: else fi;
     round++
  :: else -> break
  od;
  done[2]=1
  } unless { dead[2] }
}

/* As a call with a stale handle, or one that gives up waiting for the all-lock. */
proctype Bystander() {
  LOCALS; byte me=5;
  ACQUIRE(1); FINISH(1);
#ifndef B_NOLOOK
  if :: recheck[1] -> op=NOTHING; OPERATE(1) :: else fi
#endif
}

#define MUST_VISIT(o) (lock_dead[o] || recheck[o] || BLOCK(x,o)!=FREE || COVERS(park[x],o) || ((o)==0 && OWNER(word[0])==x))
inline SWEEP_ONE() {
  atomic { if :: park[x]==WAITING -> park[x]=CANCELLED :: else fi };
  which=0;
  do
  :: which<2 -> if :: MUST_VISIT(which) -> op=SWEEP; OPERATE(which) :: else fi; which++
  :: else -> if :: recheck[0] || recheck[1] || lock_dead[0] || lock_dead[1] -> which=0 :: else -> break fi
  od;
  atomic { if :: park[1]!=WAITING -> asleep[1]=0 :: else fi; if :: park[2]!=WAITING -> asleep[2]=0 :: else fi };
  atomic { park[x]=IDLE; BLOCK(x,0)=FREE; BLOCK(x,1)=FREE; swept[x]=1; x=0 }
}

#define NEEDS_SWEEP(t) (dead[t] && !swept[t] && (sweeper_of[t]==0 || dead[sweeper_of[t]]))
proctype Sweeper(byte me) {
  LOCALS;
  {
  do
  :: atomic { NEEDS_SWEEP(1) -> x=1; sweeper_of[1]=me }; SWEEP_ONE()
  :: atomic { NEEDS_SWEEP(2) -> x=2; sweeper_of[2]=me }; SWEEP_ONE()
  od
  } unless { dead[me] }
}

proctype Killer() {
  do
  :: kills<KILLS ->
     if
     :: atomic { !dead[1] && !done[1] -> DIE(1); kills++ }
     :: atomic { !dead[2] && !done[2] -> DIE(2); kills++ }
     :: atomic { kills>0 && !dead[S1] -> DIE(S1); kills++ }
     :: break
     fi
  :: else -> break
  od
}

init {
  atomic {
    word[1]=SIGNAL; run All(); run Any();
#ifdef ONE_SWEEPER
    dead[S1]=1;
#else
    run Sweeper(S1);
#endif
#ifdef BYSTANDER
    run Bystander();
#endif
    run Sweeper(S2); run Killer()
  };
  timeout -> atomic {
    assert(!lock_dead[0] && !lock_dead[1] && lock[0]==0 && lock[1]==0 && lock[ALL_LOCK]==0);
    assert(OWNER(word[0])==0); assert((word[1]&SIGNAL -> 1 : 0)==balance);
    assert(dead[1] || done[1] || balance==0); assert(dead[2] || done[2] || balance==0)
  }
}
