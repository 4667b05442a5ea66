/** What a connected socket does at the same time in buffer access mode. A region comes to rest when another access
 * mode is wanted and nothing of it is in flight. */
import { and } from 'xstate';
import { CRASH, failureIn, socketSetup } from './setup.ts';

/** Invariant 7: `recv` is a hint. Read to `+QIRD: 0` while bytes are wanted; look again from time to time. */
export const receiving = socketSetup.createStateConfig({
  initial: 'paused',
  states: {
    quiet: {
      always: { guard: 'wantsSwitch', target: 'resting' },
      after: { idlePoll: { target: 'reading', actions: 'pollLater' } },
      on: {
        'urc.recv': { target: 'reading' },
        'writer.hasData': { target: 'quiet', reenter: true, actions: 'pollSoon' },
      },
    },
    reading: {
      invoke: {
        src: 'reader',
        input: ({ context }) => context.link,
        onDone: [
          { guard: { type: 'isEmpty', params: ({ event }) => event.output }, target: 'quiet' },
          {
            guard: { type: 'isRead', params: ({ event }) => event.output },
            target: 'paused',
            actions: ['pollSoon', 'reportProgress'],
          },
          {
            target: '#socket.closing.counting',
            actions: { type: 'fail', params: ({ event }) => failureIn(event.output) },
          },
        ],
        onError: { target: '#socket.closing.counting', actions: { type: 'fail', params: CRASH } },
      },
    },
    // The module's buffer fills and TCP's own window closes: that is the back-pressure.
    paused: {
      always: [
        { guard: 'wantsSwitch', target: 'resting' },
        { guard: 'wantsData', target: 'reading' },
      ],
      on: { 'reader.wants': {} },
    },
    resting: { type: 'final' },
  },
});

/** Invariant 6: what did not end with SEND OK is settled by the counters, then exactly the rest is sent. A send for which the
 * module has no room waits until the counters show some. */
export const sending = socketSetup.createStateConfig({
  initial: 'idle',
  states: {
    idle: {
      always: [
        { guard: 'wantsSwitch', target: 'resting' },
        { guard: 'hasData', target: 'sending' },
      ],
      on: { 'writer.hasData': {} },
    },
    sending: {
      invoke: {
        src: 'sender',
        input: ({ context }) => context.link,
        onDone: [
          {
            guard: { type: 'isSent', params: ({ event }) => event.output },
            target: 'idle',
            actions: ['forgetSendFailures', 'reportProgress'],
          },
          { guard: { type: 'isDoubtful', params: ({ event }) => event.output }, target: 'settling' },
          {
            target: '#socket.closing.counting',
            actions: { type: 'fail', params: ({ event }) => failureIn(event.output) },
          },
        ],
        onError: { target: '#socket.closing.counting', actions: { type: 'fail', params: CRASH } },
      },
    },
    settling: {
      invoke: {
        src: 'settler',
        input: ({ context }) => context.link,
        onDone: [
          {
            guard: { type: 'hasRoom', params: ({ event }) => event.output },
            target: 'idle',
            actions: 'forgetSendFailures',
          },
          {
            guard: { type: 'isSettledWithProgress', params: ({ event }) => event.output },
            target: 'backingOff',
            actions: ['forgetSendFailures', 'countSendFailure'],
          },
          {
            guard: 'isStuck',
            target: '#socket.closing.counting',
            actions: { type: 'fail', params: { code: 'NOT_ACKNOWLEDGED' } },
          },
          {
            guard: { type: 'isSettled', params: ({ event }) => event.output },
            target: 'backingOff',
            actions: 'countSendFailure',
          },
          {
            target: '#socket.closing.counting',
            actions: { type: 'fail', params: ({ event }) => failureIn(event.output) },
          },
        ],
        onError: { target: '#socket.closing.counting', actions: { type: 'fail', params: CRASH } },
      },
    },
    backingOff: { after: { sendBackoff: { target: 'idle' } } },
    resting: { type: 'final' },
  },
});

/** protocol.md §7.9: read the counters after sending, often while somebody waits for them, else every 5 s, until
 * all is acknowledged or nothing has moved for too long. */
export const acknowledging = socketSetup.createStateConfig({
  initial: 'idle',
  states: {
    idle: {
      entry: 'forgetPolls',
      always: [
        { guard: 'wantsSwitch', target: 'resting' },
        { guard: 'isAwaited', target: 'polling' },
        { guard: 'isOutstanding', target: 'watching' },
      ],
      on: { 'ask.acknowledge': {} },
    },
    watching: {
      always: [
        { guard: 'wantsSwitch', target: 'resting' },
        { guard: 'isAwaited', target: 'polling' },
      ],
      after: { acknowledgeWatch: { target: 'polling', actions: 'countWatch' } },
      on: { 'ask.acknowledge': {} },
    },
    polling: {
      invoke: {
        src: 'counter',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isDead', params: ({ event }) => event.output },
            target: '#socket.closing.counting',
            actions: { type: 'fail', params: { code: 'NOT_ACKNOWLEDGED' } },
          },
          {
            target: 'pausing',
            actions: [
              { type: 'keepCounters', params: ({ event }) => event.output },
              { type: 'announceCounters', params: ({ event }) => event.output },
            ],
          },
        ],
        onError: { target: '#socket.closing.counting', actions: { type: 'fail', params: CRASH } },
      },
    },
    pausing: {
      always: [
        { guard: 'wantsSwitch', target: 'resting' },
        { guard: and(['isNotAwaited', 'isOutstanding']), target: 'watching' },
        { guard: 'isNotAwaited', target: 'idle' },
      ],
      after: { acknowledgePause: { target: 'polling', actions: 'countPause' } },
    },
    resting: { type: 'final' },
  },
});
