import { CRASH, failureIn, socketSetup } from './setup.ts';

/** The port takes commands for a while and the socket is in buffer mode: what came is read, the counters are looked at. */
const suspended = socketSetup.createStateConfig({
  initial: 'paused',
  on: {
    'ask.close': { target: '#socket.closing.draining' },
    'ask.destroy': { target: '#socket.closing.counting' },
    'link.dead': {
      target: '#socket.closing.counting',
      actions: { type: 'fail', params: ({ event }) => event.failure },
    },
  },
  states: {
    paused: { always: [{ guard: 'wantsDataWhileSuspended', target: 'reading' }, { target: 'counting' }] },
    reading: {
      invoke: {
        src: 'reader',
        input: ({ context }) => context.link,
        onDone: [
          { guard: { type: 'isEmpty', params: ({ event }) => event.output }, target: 'counting' },
          {
            guard: { type: 'isRead', params: ({ event }) => event.output },
            target: 'paused',
            actions: 'reportProgress',
          },
          {
            target: '#socket.closing.counting',
            actions: { type: 'fail', params: ({ event }) => failureIn(event.output) },
          },
        ],
        onError: { target: '#socket.closing.counting', actions: { type: 'fail', params: CRASH } },
      },
    },
    counting: {
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
            target: 'deciding',
            actions: [
              { type: 'keepCounters', params: ({ event }) => event.output },
              { type: 'announceCounters', params: ({ event }) => event.output },
            ],
          },
        ],
        onError: { target: '#socket.closing.counting', actions: { type: 'fail', params: CRASH } },
      },
    },
    deciding: {
      always: [
        { guard: 'wantsSwitch', target: '#socket.connected.switching' },
        { guard: 'isAwaited', target: 'pausing' },
        { guard: 'wantsData', target: '#socket.connected.transparent.resuming' },
        { target: 'waiting' },
      ],
    },
    pausing: { after: { acknowledgePause: { target: 'counting', actions: 'countPause' } } },
    // The application does not read: the module's buffer fills and TCP's own window closes.
    waiting: {
      entry: 'forgetPolls',
      always: { guard: 'wantsSwitch', target: '#socket.connected.switching' },
      on: {
        'reader.wants': { target: 'paused' },
        'writer.hasData': { target: '#socket.connected.transparent.resuming' },
        'ask.acknowledge': { target: 'counting' },
      },
    },
  },
});

/** Transparent mode: the port is the socket's, until it is escaped from (lte §1.2). */
export const transparent = socketSetup.createStateConfig({
  entry: 'claimData',
  exit: 'releaseData',
  initial: 'flowing',
  on: {
    'data.lost': { target: '#socket.closing.draining', actions: 'noteGone' },
    'urc.closed': {}, // the data stream says it too, behind the last byte
    'ask.close': { target: '.leaving' },
    'ask.destroy': { target: '.leaving', actions: 'noteDestroyed' },
    // What nobody acknowledges needs no draining: as after `destroy`, but with an error.
    'link.dead': {
      target: '.leaving',
      actions: ['noteDestroyed', { type: 'fail', params: ({ event }) => event.failure }],
    },
  },
  states: {
    flowing: {
      always: { guard: 'wantsSwitch', target: 'leaving' },
      on: {
        'data.suspended': { target: 'suspended' },
        'ask.acknowledge': { guard: 'isAwaited', actions: 'interruptData' },
        'reader.full': { actions: 'interruptData' },
      },
    },
    suspended,
    resuming: {
      entry: ['forgetPolls', 'resumeData'],
      on: { 'data.resumed': { target: 'flowing' }, 'data.suspended': { target: 'suspended' } },
    },
    leaving: {
      entry: 'interruptData',
      on: {
        'data.resumed': { actions: 'interruptData' }, // it was on its way back already
        'data.suspended': [
          { guard: 'isDestroyed', target: '#socket.closing.counting' },
          // The counters first: they tell which escapes the module has taken for payload.
          { guard: 'wantsSwitch', target: 'suspended' },
          { target: '#socket.closing.draining' },
        ],
        'ask.close': {},
        'link.dead': {},
        'ask.destroy': { actions: 'noteDestroyed' },
      },
    },
  },
});
