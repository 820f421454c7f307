/* Wait-any, mutex and auto-reset event: threads acquire and release in rounds; any of them, and the first sweeper, may
 * be killed anywhere. Checked: mutual exclusion, the word names the acquirer, a mutex whose owner died reports
 * abandoned, the event's signal is conserved, and at rest no thread waits for something that is there.                */
#ifndef NT
#define NT 2
#endif
#ifndef NO
#define NO 1
#endif
#ifndef ROUNDS
#define ROUNDS 1
#endif
#ifndef KIND0
#define KIND0 MUTEX
#endif
#ifndef KIND1
#define KIND1 AUTO
#endif
#if NO==1
#define KIND(o) KIND0
#else
#define KIND(o) ((o)==0 -> KIND0 : KIND1)
#endif
#ifdef ANY2                 /* thread 2 waits for both objects, thread 1 for the first */
#define SETS(t) ((t)==2 -> 3 : 1)
#endif
#ifdef ANY3                 /* {0}, {0,1}, {1} */
#define SETS(t) ((t)==2 -> 3 : ((t)==1 -> 1 : 2))
#endif
#ifdef ANYBOTH
#define SETS(t) 3
#endif
#ifndef SETS
#define SETS(t) 1
#endif
#ifdef NO_TIMEOUT
#define MAY_TIME_OUT(t) 0
#endif
#ifndef MAY_TIME_OUT
#define MAY_TIME_OUT(t) ((t)==2)
#endif
#ifdef ONE_THREAD           /* one thread, then the sweeper */
#define KILLABLE(t) (kills==0)
#endif
#include "engine.pml"

inline USE_MUTEX(o) {
  atomic {
    assert(LOW(word[o])==me && inside[o]==0); assert(!dirty[o] || (res&P_ABANDONED));
    dirty[o]=0; inside[o]=me
  };
  inside[o]=0;
  atomic { if :: word[o]==me -> word[o]=0; res=0 :: else fi }
}

inline USE_EVENT(o) {
  atomic { if :: word[o]==0 -> word[o]=SIGNAL; balance[o]++; res=0 :: else fi }
}

proctype Thread(byte me) {
  ENGINE_LOCALS; byte round;
  {
  do
  :: round<ROUNDS ->
     WAIT(SETS(me), MAY_TIME_OUT(me));
     if
     :: res!=0 ->
        o=(COVERS(res,0) -> 0 : 1);
        if :: KIND(o)==MUTEX -> USE_MUTEX(o) :: else -> USE_EVENT(o) fi;
        if :: res!=0 -> op=RELEASE; OPERATE(o) :: else fi
     :: else
     fi; round++
  :: else -> break
  od;
  done[me]=1
  } unless { dead[me] }
}

init {
  byte i;
  atomic {
    if :: KIND(0)==AUTO -> word[0]=SIGNAL; balance[0]=1 :: else fi;
#if NO>1
    if :: KIND(1)==AUTO -> word[1]=SIGNAL; balance[1]=1 :: else fi;
#endif
    run Thread(1); run Thread(2);
#if NT>2
    run Thread(3);
#endif
#ifdef ONE_SWEEPER
    dead[S1]=1;
#else
    run Sweeper(S1);
#endif
    run Sweeper(S2); run Killer()
  };
  timeout -> atomic {
    do
    :: i<NO ->
       ASSERT_OBJECT_AT_REST(i);
       if
       :: SIGNALED(i) ->
          assert(!STARVES(1,i,SETS(1)) && !STARVES(2,i,SETS(2)));
#if NT>2
          assert(!STARVES(3,i,SETS(3)))
#endif
       :: else
       fi; i++
    :: else -> break
    od
  }
}
