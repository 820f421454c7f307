/* Semaphores with releases of n units, manual-reset events, pulse, the second look of wait-any, polling: each SCENE
 * gives the three threads one short program, with kills anywhere. Checked: units are conserved, a set or a pulse reaches
 * exactly the waiters queued when it was stored, a pulse leaves nothing behind.                                       */
#define NT 3
#define POST 1        /* 1, 2 wait, 3 releases UNITS at once */
#define PULSES 2      /* 1, 2 wait, 3 pulses */
#define SETRESET 3    /* 1 waits, 2 sets, 3 resets */
#define TWOSETS 4     /* 1 waits for {0,1}, 3 sets 0, then 1 */
#define POLL 5        /* 1 waits, 2 polls, 3 releases POST_N units or pulses */
#define FULL 6        /* maximum 1: 1 waits, 2 and 3 release one unit each if it fits */
#ifndef SCENE
#define SCENE POST
#endif
#ifndef POST_N
#define POST_N 2
#endif
#ifndef KIND0
#define KIND0 SEMAPHORE
#endif
#ifndef PULSED
#define PULSED 0      /* POLL: thread 3 pulses instead of releasing */
#endif
#if SCENE==TWOSETS
#define NO 2
#else
#define NO 1
#endif
#if SCENE==FULL
#define MAXIMUM 1
#endif
#define KIND(o) KIND0
#ifdef NO_TIMEOUT
#define MAY_TIME_OUT(t) 0
#endif
#ifndef MAY_TIME_OUT
#define MAY_TIME_OUT(t) ((t)==2)
#endif
#include "engine.pml"

/* What each thread's wait returned; 0: nothing. */
byte got[NT+1];

inline AS_WAITER(set) {
  WAIT(set, MAY_TIME_OUT(me));
  atomic { got[me]=res; assert(SCENE!=TWOSETS || !COVERS(res,1)) }
}

inline FAST_RELEASE(o, n) {
  atomic {
    res=0;
    if
    :: KIND(o)==SEMAPHORE && !(word[o]&SLOW) && LOW(word[o])+n<=MAXIMUM ->
       word[o]=word[o]+n; balance[o]=balance[o]+n; res=1
    :: KIND(o)==AUTO && word[o]==0 -> word[o]=SIGNAL; balance[o]++; res=1
    :: KIND(o)==MANUAL && word[o]==0 -> word[o]=SIGNAL; res=1
    :: else
    fi
  }
}

/* Releases n units at once; with B_ONEBYONE one unit at a time, each with its own distribution. */
inline RELEASE_UNITS(o, n) {
  FAST_RELEASE(o, n);
  if
  :: res==0 ->
#ifdef B_ONEBYONE
     units=1; op=RELEASE; OPERATE(o); units=1; op=RELEASE; OPERATE(o)
#else
     units=n; op=RELEASE; OPERATE(o)
#endif
  :: else
  fi
}

proctype Thread(byte me) {
  ENGINE_LOCALS;
  {
#if SCENE==POST
  if :: me<3 -> AS_WAITER(1) :: else -> RELEASE_UNITS(0, POST_N) fi;
#endif
#if SCENE==PULSES
  if :: me<3 -> AS_WAITER(1) :: else -> op=DO_PULSE; OPERATE(0) fi;
#endif
#if SCENE==SETRESET
  if :: me==1 -> AS_WAITER(1) :: me==2 -> RELEASE_UNITS(0, 1)
     :: else -> atomic { if :: word[0]==SIGNAL -> word[0]=0; res=1 :: word[0]==0 -> res=1 :: else -> res=0 fi };
                if :: res==0 -> op=RESET; OPERATE(0) :: else fi
  fi;
#endif
#if SCENE==TWOSETS
  if :: me==1 -> AS_WAITER(3) :: me==2 :: else -> RELEASE_UNITS(0, 1); RELEASE_UNITS(1, 1) fi;
#endif
#if SCENE==POLL
  if
  :: me==1 -> AS_WAITER(1)
  :: me==2 -> FAST_PHASE(1); if :: res==0 && (word[0]&SLOW) -> op=TAKE; OPERATE(0) :: else fi; got[2]=res
  :: else -> if :: PULSED -> op=DO_PULSE; OPERATE(0) :: else -> RELEASE_UNITS(0, POST_N) fi
  fi;
#endif
#if SCENE==FULL
  if :: me==1 -> AS_WAITER(1) :: else -> RELEASE_UNITS(0, 1) fi;
#endif
  done[me]=1
  } unless { dead[me] }
}

init {
  byte i;
  atomic {
    run Thread(1); run Thread(2); run Thread(3);
#ifdef ONE_SWEEPER
    dead[S1]=1;
#else
    run Sweeper(S1);
#endif
    run Sweeper(S2); run Killer()
  };
  timeout -> atomic {
    do
    :: i<NO -> ASSERT_OBJECT_AT_REST(i); i++
    :: else -> break
    od;
    if :: SIGNALED(0) -> assert(dead[1] || done[1]); assert(dead[2] || done[2]) :: else fi;
#if SCENE==POST
    /* All of them or none: what is left and what two threads got. */
    assert(dead[1] || dead[2] || LOW(word[0])+(got[1]!=0 -> 1 : 0)+(got[2]!=0 -> 1 : 0)==0 ||
           LOW(word[0])+(got[1]!=0 -> 1 : 0)+(got[2]!=0 -> 1 : 0)==POST_N);
#endif
#if SCENE==PULSES
    assert(word[0]==0 || word[0]==SLOW); assert(KIND0==MANUAL || !(got[1] && got[2]));
#endif
#if SCENE==POLL
    assert(!PULSED || (word[0]&~SLOW)==0 && got[2]==0);
#endif
#if SCENE==FULL
    assert(LOW(word[0])<=MAXIMUM);
#endif
  }
}
