/* Inheritance along a chain: LOW owns X; MID owns M and links itself on X; two threads HIGH_A and HIGH_B link on M, and
 * may time out. Either of them, and the first sweeper, may be killed anywhere. No hand-off here: owners stay.
 *
 * Checked at rest: each donation is the key of its object's top waiter, each effective level is max(base, donation), and each
 * queued block sits at its thread's effective level: no thread is queued or runs below what it is owed.
 *
 * Linking against raising: the waiter stores its block LINKED, then loads its effective level; the raiser stores the
 * level, then looks for LINKED blocks. One of the two sees the other.                                                 */
#ifndef KILLS
#define KILLS 1
#endif
#ifndef LEVEL_A
#define LEVEL_A 3
#endif
#ifdef STAY              /* a queued waiter stays queued: no time-outs */
#define GIVES_UP 0
#else
#define GIVES_UP 1
#endif
#ifndef LEVEL_B
#define LEVEL_B 3
#endif
#define LOW 1
#define MID 2
#define HIGH_A 3
#define HIGH_B 4
#define S1 5
#define S2 6
#define M 0
#define X 1
#define OWNER(o) ((o)==M -> MID : LOW)
#define BASE(t) ((t)==HIGH_A -> LEVEL_A : ((t)==HIGH_B -> LEVEL_B : (t)))
#define MAX(a,b) ((a)>(b) -> (a) : (b))
#define QUEUED(t) (linked[t] -> key[t] : 0)
#define TOP(o) ((o)==X -> QUEUED(MID) : MAX(QUEUED(HIGH_A), QUEUED(HIGH_B)))

byte lock[2]; bool lock_dead[2]; byte pi[2]; bool pi_dead[2];   /* pi[o]: PI lock of the owner of o */
bool linked[5]; byte key[5]; byte effective[5]; byte donation[2];
bool dead[7]; bool done[7]; bool swept[5]; byte sweeper_of[5]; byte kills;

inline DIE(x) {
  dead[x]=1;
  if :: lock[M]==x -> lock[M]=0; lock_dead[M]=1 :: else fi;
  if :: lock[X]==x -> lock[X]=0; lock_dead[X]=1 :: else fi;
  if :: pi[M]==x -> pi[M]=0; pi_dead[M]=1 :: else fi;
  if :: pi[X]==x -> pi[X]=0; pi_dead[X]=1 :: else fi
}

inline ACQUIRE(o) { atomic { lock[o]==0 -> lock[o]=me; repaired=lock_dead[o]; lock_dead[o]=0; walk=0 } }
inline UNLOCK(o) { atomic { lock[o]=0; repaired=0 } }

#ifdef B_NOFORCE
#define DONATION_IS_OFF(o) (donation[o]!=TOP(o))
#else
#define DONATION_IS_OFF(o) (donation[o]!=TOP(o) || repaired)
#endif

/* Moves the donation and the owner's effective level; `walk`: the owner's level changed, look at what it is queued on.
 * After a repair the owner is recomputed even if the donation looks right: the dead may have got no further than that.    */
inline SETTLE(o) {
  if
  :: DONATION_IS_OFF(o) ->
     atomic { pi[o]==0 -> pi[o]=me; pi_dead[o]=0 };
     donation[o]=TOP(o);                                                                      /* @boost.donated */
     if
     :: effective[OWNER(o)]!=MAX(BASE(OWNER(o)),donation[o]) ->
        carried=MAX(BASE(OWNER(o)),donation[o]);
        atomic { effective[OWNER(o)]=carried; walk=1 }                                     /* @boost.applied */
     :: else -> walk=repaired
     fi;
     pi[o]=0
  :: else
  fi                                                                                       /* @op.settled */
}

/* MID's level changed: if it is queued, re-sort it at the level it has by then, and settle there. */
inline WALK() {
  if
  :: linked[MID] ->
     ACQUIRE(X);
#ifdef B_CARRIED
     if :: linked[MID] -> key[MID]=carried :: else fi;
#else
     if :: linked[MID] -> key[MID]=effective[MID] :: else fi;
#endif
     SETTLE(X); UNLOCK(X)
  :: else
  fi;
  walk=0
}

inline LINK_ON(o) {
  ACQUIRE(o);
  key[me]=effective[me];
#ifdef B_NOFENCE        /* the load of the level overtakes the store of LINKED */
  level=effective[me];
  linked[me]=1;
  key[me]=level;
#else
  linked[me]=1;                                                                            /* @wait.linked */
#ifndef B_NORELOAD
  key[me]=effective[me];
#endif
#endif
  SETTLE(o); UNLOCK(o)                                                                     /* @op.unlocked */
}

inline UNLINK_FROM(o) {
  ACQUIRE(o);
  linked[me]=0;                                                                            /* @wait.unlinked */
  SETTLE(o); UNLOCK(o)
}

proctype Mid() {
  byte me=MID; bool walk, repaired; byte carried, level;
  LINK_ON(X);
  if :: GIVES_UP -> UNLINK_FROM(X) :: skip fi;
  done[me]=1
}

proctype High(byte me) {
  bool walk, repaired; byte carried, level;
  {
  LINK_ON(M);
  if :: walk -> WALK() :: else fi;
  if
  :: GIVES_UP -> UNLINK_FROM(M); if :: walk -> WALK() :: else fi                                       /* @boost.withdrawn */
  :: skip
  fi;
  done[me]=1
  } unless { dead[me] }
}

/* A dead thread's walk ends with it: a sweeper looks for blocks that sit at another level than their thread has. */
inline SWEEP_THREAD(x) {
  if
  :: lock_dead[M] || linked[x] ->
     ACQUIRE(M); linked[x]=0; SETTLE(M); UNLOCK(M);
     if :: walk -> WALK() :: else fi
  :: else
  fi;
  if :: lock_dead[X] -> ACQUIRE(X); SETTLE(X); UNLOCK(X) :: else fi;
#ifndef B_NORESCAN
  if :: linked[MID] && key[MID]!=effective[MID] -> WALK() :: else fi;
#endif
  swept[x]=1
}

#define NEEDS_SWEEP(t) (dead[t] && !swept[t] && (sweeper_of[t]==0 || dead[sweeper_of[t]]))
proctype Sweeper(byte me) {
  bool walk, repaired; byte carried;
  {
  do
  :: atomic { NEEDS_SWEEP(HIGH_A) -> sweeper_of[HIGH_A]=me }; SWEEP_THREAD(HIGH_A)
  :: atomic { NEEDS_SWEEP(HIGH_B) -> sweeper_of[HIGH_B]=me }; SWEEP_THREAD(HIGH_B)
  od
  } unless { dead[me] }
}

/* A thread that finished here stays queued; it may still die. */
proctype Killer() {
  do
  :: kills<KILLS ->
     if
     :: atomic { !dead[HIGH_A] -> DIE(HIGH_A); kills++ }
     :: atomic { !dead[HIGH_B] -> DIE(HIGH_B); kills++ }
     :: atomic { kills>0 && !dead[S1] -> DIE(S1); kills++ }
     :: break
     fi
  :: else -> break
  od
}

init {
  atomic {
    effective[LOW]=BASE(LOW); effective[MID]=BASE(MID);
    effective[HIGH_A]=BASE(HIGH_A); effective[HIGH_B]=BASE(HIGH_B);
    run Mid(); run High(HIGH_A); run High(HIGH_B); 
#ifdef ONE_SWEEPER
    dead[S1]=1;
#else
    run Sweeper(S1);
#endif
    run Sweeper(S2); run Killer()
  };
  timeout -> atomic {
    assert(lock[M]==0 && lock[X]==0 && pi[M]==0 && pi[X]==0 && !lock_dead[M] && !lock_dead[X]);
    assert(done[MID]);
    assert(!linked[MID] || key[MID]==effective[MID]);
    assert(donation[M]==TOP(M)); assert(donation[X]==TOP(X));
    assert(effective[MID]==MAX(BASE(MID),donation[M])); assert(effective[LOW]==MAX(BASE(LOW),donation[X]))
  }
}
