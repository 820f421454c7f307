/* Memory order. Each scene is one pair of the table in docs/protocol.md, 4: what may a thread read that runs beside the
 * writer on another processor? Locations keep every value written; a thread reads any value that is not older than its
 * view of that location. So stores become visible late and in any order, and loads are satisfied early.
 *
 * relaxed: moves the view of that location alone. release: the value carries the writer's view; acquire: the reader
 * takes it over. A read-modify-write reads the newest value and hands on what that one carried. Sequentially consistent:
 * release or acquire, and a load is not older than the last such store or read-modify-write of the same location.
 * A membarrier makes every thread's view the newest of all views.
 *
 * Not covered: a store that becomes visible before an earlier load of its own thread (no scene hangs on that), but for
 * the compiler's exchange in RELEASE.                                                                              */
#define RELAXED 0
#define ACQUIRE 1
#define RELEASE 1
#define ACQ_REL 1
#define SEQ_CST 2

#define THREADS 3
#define PLACES 4
#define VALUES 5
#define AT(l,i) ((l)*VALUES+(i))
#define VIEW(t,l) view[(t)*PLACES+(l)]
#define CARRIED(l,i,k) carried[AT(l,i)*PLACES+(k)]

byte value[PLACES*VALUES]; byte newest[PLACES]; byte last_sc[PLACES];
byte view[THREADS*PLACES]; byte carried[PLACES*VALUES*PLACES];
byte at, k, o;

inline SEE(t,l,i) { if :: VIEW(t,l)<(i) -> VIEW(t,l)=(i) :: else fi }
inline TAKE_OVER(t,l,i) { k=0; do :: k<PLACES -> SEE(t,k,CARRIED(l,i,k)); k++ :: else -> break od }
inline CARRY(t,l,i,order) {
  k=0;
  do
  :: k<PLACES -> if :: order!=RELAXED && CARRIED(l,i,k)<VIEW(t,k) -> CARRIED(l,i,k)=VIEW(t,k) :: else fi; k++
  :: else -> break
  od;
  CARRIED(l,i,l)=i
}

inline LOAD(t,l,order,result) {
  atomic {
    if :: order==SEQ_CST -> SEE(t,l,last_sc[l]) :: else fi;
    at=VIEW(t,l);
    do :: at<newest[l] -> at++ :: break od;
    SEE(t,l,at);
    if :: order!=RELAXED -> TAKE_OVER(t,l,at) :: else fi;
    result=value[AT(l,at)];
    at=0; k=0
  }
}
inline WRITE(t,l,order,v) {
  newest[l]++;
  assert(newest[l]<VALUES);
  value[AT(l,newest[l])]=v;
  SEE(t,l,newest[l]);
  CARRY(t,l,newest[l],order);
  if :: order==SEQ_CST -> last_sc[l]=newest[l] :: else fi;
  k=0
}
inline STORE(t,l,order,v) { atomic { WRITE(t,l,order,v) } }
/* before: the value found; becomes `expected` -> `v`, or stays. */
inline CAS(t,l,order,expected,v,before) {
  atomic {
    SEE(t,l,newest[l]);
    if :: order!=RELAXED -> TAKE_OVER(t,l,newest[l]) :: else fi;
    before=value[AT(l,newest[l])];
    if
    :: before==(expected) ->
       o=newest[l];
       WRITE(t,l,order,v);
       k=0; do :: k<PLACES -> if :: CARRIED(l,newest[l],k)<CARRIED(l,o,k) -> CARRIED(l,newest[l],k)=CARRIED(l,o,k) :: else fi; k++ :: else -> break od
    :: else
    fi;
    o=0; k=0
  }
}
inline MEMBARRIER() {
  atomic {
    k=0;
    do
    :: k<PLACES ->
       o=0; do :: o<THREADS -> if :: at<VIEW(o,k) -> at=VIEW(o,k) :: else fi; o++ :: else -> break od;
       o=0; do :: o<THREADS -> VIEW(o,k)=at; o++ :: else -> break od;
       at=0; k++
    :: else -> break
    od;
    k=0; o=0
  }
}

/* -- what the last owner wrote, through a free mutex's word ------------------------------------------------------- */
#ifdef TAKE
#define WORD 0
#define DATA 1
#ifndef RELEASE_ORDER
#define RELEASE_ORDER ACQ_REL
#endif
#ifndef TAKE_ORDER
#define TAKE_ORDER ACQ_REL
#endif
byte seen;
proctype Owner() { byte before; STORE(0,DATA,RELAXED,1); CAS(0,WORD,RELEASE_ORDER,0,1,before) }
proctype Next() {
  byte before;
  CAS(1,WORD,TAKE_ORDER,1,2,before);
  if :: before==1 -> LOAD(1,DATA,RELAXED,seen); assert(seen==1) :: else fi
}
#define CAST run Owner(); run Next()
#endif

/* -- the hand-off: what the releaser wrote, and the redo word (G2), through the commit ----------------------------- */
#ifdef COMMIT
#define PARK 0
#define DATA 1
#define REDO 2
#ifndef COMMIT_ORDER
#define COMMIT_ORDER ACQ_REL
#endif
#ifndef WAITER_ORDER
#define WAITER_ORDER ACQUIRE
#endif
proctype Granter() {
  byte before;
  STORE(0,DATA,RELAXED,1);
  STORE(0,REDO,RELEASE,1);
  CAS(0,PARK,COMMIT_ORDER,0,1,before)
}
proctype Waiter() {
  byte park, seen;
  LOAD(1,PARK,WAITER_ORDER,park);
  if :: park==1 -> LOAD(1,DATA,RELAXED,seen); assert(seen==1) :: else fi
}
proctype Repairer() {       /* after the granter's death, on the same object */
  byte park, seen;
  LOAD(2,PARK,ACQUIRE,park);
  if :: park==1 -> LOAD(2,REDO,RELAXED,seen); assert(seen==1) :: else fi
}
#define CAST run Granter(); run Waiter(); run Repairer()
#endif

/* -- a handle's entry is closed and used again while a thread looks it up (H1) ------------------------------------- */
#ifdef ENTRY
#define CHECK 0
#define TARGET 1
#ifndef LINK_ORDER
#define LINK_ORDER RELEASE
#endif
#ifndef USER_ORDER
#define USER_ORDER ACQUIRE
#endif
#ifndef TARGET_ORDER
#define TARGET_ORDER RELEASE
#endif
proctype Issuer() {         /* check 1 and target 1 end; the entry is linked as free; check 2 and target 2 begin */
  STORE(0,CHECK,RELEASE,9);
  STORE(0,TARGET,LINK_ORDER,8);
  STORE(0,TARGET,TARGET_ORDER,2);
  STORE(0,CHECK,RELEASE,2)
}
proctype User() {           /* of handle 1 */
  byte target, check;
#ifdef CHECK_FIRST
  LOAD(1,CHECK,ACQUIRE,check);
  LOAD(1,TARGET,ACQUIRE,target);
#else
  LOAD(1,TARGET,USER_ORDER,target);
  LOAD(1,CHECK,ACQUIRE,check);
#endif
  if :: check==1 -> assert(target==1) :: else fi
}
#define CAST value[AT(CHECK,0)]=1; value[AT(TARGET,0)]=1; run Issuer(); run User()
#endif

/* -- two threads that each store, then look for what the other stored: one of them sees it ------------------------- */
#ifdef EITHER               /* (B2) LINKED and the level; ORPHAN and the object lock; a doorbell's flag and LINKED    */
#define ONE 0
#define OTHER 1
byte first=9, second=9;
#ifndef STORE_ORDER
#define STORE_ORDER SEQ_CST
#endif
#ifndef LOAD_ORDER
#define LOAD_ORDER SEQ_CST
#endif
proctype First() { STORE(0,ONE,SEQ_CST,1); LOAD(0,OTHER,SEQ_CST,first) }
proctype Second() {
  byte before;
#ifdef BY_EXCHANGE          /* the store of this side is a read-modify-write */
  CAS(1,OTHER,STORE_ORDER,0,1,before);
#else
  STORE(1,OTHER,STORE_ORDER,1);
#endif
  LOAD(1,ONE,LOAD_ORDER,second)
}
#define CAST run First(); run Second()
#define REST assert(first==1 || second==1)
#endif

/* -- spin, then sleep: AWAKE spares the wake, so it must not be believed by a granter once the waiter sleeps -------- */
#ifdef SPIN
#define PARK 0              /* 3: WAITING and AWAKE, 2: WAITING, 1: SATISFIED */
bool woken, sleeps;
proctype Waiter() {
  byte park;
  LOAD(0,PARK,ACQUIRE,park);
  if
  :: park==3 ->
#ifdef WEAK_SLEEP
     LOAD(0,PARK,ACQUIRE,park); if :: park==3 -> STORE(0,PARK,RELEASE,2) :: else fi;
#else
     CAS(0,PARK,ACQ_REL,3,2,park);
#endif
     atomic { if :: value[AT(PARK,newest[PARK])]==2 -> sleeps=1 :: else fi }       /* the kernel compares */
  :: else
  fi
}
proctype Granter() {
  byte before;
  CAS(1,PARK,ACQ_REL,3,1,before);
  if :: before==2 -> CAS(1,PARK,ACQ_REL,2,1,before); woken=1 :: else fi
}
#define CAST value[AT(PARK,0)]=3; run Waiter(); run Granter()
#define REST assert(value[AT(PARK,newest[PARK])]==1); assert(!sleeps || woken)
#endif

/* -- the last release and a deferred lowering: the fast side has no barrier, the other side a membarrier ----------- */
#ifdef LOWERING
#define OWNED 0
#define AFTER 1
byte after=9, owned=9;
proctype Releaser() {
#ifdef NO_COMPILER_FENCE
  LOAD(0,AFTER,RELAXED,after);
  STORE(0,OWNED,RELAXED,0)
#else
  STORE(0,OWNED,RELAXED,0);
  LOAD(0,AFTER,RELAXED,after)
#endif
}
proctype Setter() {
  byte before;
  CAS(1,AFTER,RELAXED,0,1,before);
#ifndef NO_MEMBARRIER
  MEMBARRIER();
#endif
  LOAD(1,OWNED,RELAXED,owned)
}
#define CAST value[AT(OWNED,0)]=1; run Releaser(); run Setter()
#define REST assert(after==1 || owned==0)
#endif

#ifndef REST
#define REST skip
#endif
init {
  atomic { CAST };
  timeout -> atomic { REST }
}
