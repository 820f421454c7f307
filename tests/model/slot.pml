/* The life of a thread slot: thread OLD leaves in an orderly way, or is killed, or vanishes without the kernel's mark
 * (exec from a thread that is not the leader); NEW registers in the slot; two sweepers watch. OLD, NEW and the first
 * sweeper may be killed anywhere.
 *
 * Checked: no sweeper declares a living occupant dead; only an occupant writes its record; at rest the slot is free or
 * held by the living.
 *
 * Life word: 0 free, DIED, or its holder's id. An occupant's id is its tid; `occupant` stands for process and tid.   */
#ifndef KILLS
#define KILLS 2
#endif
#define OLD 1
#define NEW 2
#define S1 3
#define S2 4
#define DIED 9

byte life=OLD; byte process=OLD; byte tid=OLD; byte identity=1; bool damaged=1;   /* damaged: OLD's traces elsewhere */
bool dead[5]; bool done[5]; byte kills;

inline DIE(x) { dead[x]=1; if :: life==x -> life=DIED :: else fi }

/* By the occupant itself, or by its sweeper: traces first, the life word last. */
inline VACATE() {
#ifdef B_UNLOCKFIRST
  life=0;
#endif
  damaged=0;                                                                               /* @sweep.object */
  identity++;
  process=0;                                                                               /* @sweep.freed */
#ifndef B_UNLOCKFIRST
  life=0
#endif
}

proctype Old() {
  byte me=OLD;
  { VACATE(); done[OLD]=1 } unless { dead[OLD] }
}

proctype New() {
  byte mine;
  {
  do
  :: process==0 && life==0 ->
     atomic { if :: life==0 -> life=NEW; mine=1 :: else fi };
     if :: mine -> break :: else fi
  od;                                                                                      /* @register.acquired */
  assert(!damaged);
  tid=NEW;
  process=NEW;                                                                             /* @register.written */
  mine=identity;
  assert(life==NEW && process==NEW && tid==NEW && identity==mine);
  done[NEW]=1
  } unless { dead[NEW] }
}

/* A thread that no longer exists although the life word still names it is marked. Its tid comes from the word, loaded
 * once, and the mark replaces exactly that value: the record may be another occupant's by then, or not yet written.      */
#ifdef B_ONLYRECORDED
#define CROSS_CHECK_NEEDED (process!=0 && dead[process] && life!=DIED && life!=0 && life<S1)
#else
#define CROSS_CHECK_NEEDED (life!=0 && life<S1 && dead[life])
#endif
inline CROSS_CHECK() {
#ifdef B_RECORDFIRST
  who=tid; seen=life;
#else
  seen=life;
#ifdef B_RECORDTID
  who=tid;
#else
  who=seen;
#endif
#endif
  if
  :: seen!=0 && seen<S1 && dead[who] -> atomic { if :: life==seen -> assert(dead[seen]); life=DIED :: else fi }
  :: else
  fi
}

inline ADOPT_DEAD() {
  if
  :: life==DIED ->
     atomic { if :: life==DIED -> life=me; mine=1 :: life==0 -> life=me; mine=2 :: else -> mine=0 fi };
     if
     :: mine==1 -> VACATE()                                                                /* @sweep.adopted */
#ifdef B_KEEPFREE
     :: mine==2
#else
     :: mine==2 -> life=0                  /* swept by another meanwhile: a free slot, given back at once */
#endif
     :: mine==0
     fi; mine=0
  :: else
  fi
}

proctype Sweeper(byte me) {
  byte seen, who, mine;
  {
  do
  :: life==DIED -> ADOPT_DEAD(); seen=0; who=0
  :: CROSS_CHECK_NEEDED -> CROSS_CHECK(); seen=0; who=0
  od
  } unless { dead[me] }
}

proctype Killer() {
  do
  :: kills<KILLS ->
     if
     :: atomic { !dead[OLD] && !done[OLD] -> DIE(OLD); kills++ }
     :: atomic { !dead[OLD] && !done[OLD] && life==OLD -> dead[OLD]=1; kills++ }      /* unmarked */
     :: atomic { !dead[NEW] && !done[NEW] && life==NEW -> dead[NEW]=1; kills++ }
     :: atomic { !dead[NEW] && !done[NEW] -> DIE(NEW); kills++ }
     :: atomic { !dead[NEW] && done[NEW] -> DIE(NEW); kills++ }
     :: atomic { !dead[S1] -> DIE(S1); kills++ }
     :: break
     fi
  :: else -> break
  od
}

init {
  atomic { run Old(); run New(); run Sweeper(S1); run Sweeper(S2); run Killer() };
  timeout -> atomic {
    assert(life!=DIED && (life==0 || !dead[life]));
    assert(life!=OLD && life!=S1 && life!=S2);
    assert(done[NEW] || dead[NEW])
  }
}
