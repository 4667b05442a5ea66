import { CRASH, failureIn, socketSetup } from './setup.ts';

/** Direct push: the module writes what it receives. Back-pressure is buffer mode for as long as the application does not
 * read: then the window of TCP closes, which a pushing module never lets happen. */
export const pushed = socketSetup.createStateConfig({
  initial: 'flowing',
  states: {
    flowing: {
      always: { guard: 'wantsSwitch', target: 'resting' },
      on: {
        'reader.full': { guard: 'canStopPush', target: 'stopping' },
        // Announced in place of being pushed: the module was told so by an earlier open (gsm).
        'urc.recv': { target: 'fetching' },
      },
    },
    fetching: {
      invoke: {
        src: 'reader',
        input: ({ context }) => context.link,
        onDone: [
          { guard: { type: 'isEmpty', params: ({ event }) => event.output }, target: 'flowing' },
          {
            guard: { type: 'isRead', params: ({ event }) => event.output },
            target: 'fetching',
            reenter: true,
            actions: 'reportProgress',
          },
          { target: 'flowing' },
        ],
        onError: { target: '#socket.closing.counting', actions: { type: 'fail', params: CRASH } },
      },
    },
    stopping: {
      invoke: {
        src: 'bufferer',
        input: ({ context }) => context,
        onDone: [
          { guard: { type: 'isOk', params: ({ event }) => event.output }, target: 'stopped' },
          {
            target: '#socket.closing.counting',
            actions: { type: 'fail', params: { code: 'BUFFER_FULL' } },
          },
        ],
        onError: { target: '#socket.closing.counting', actions: { type: 'fail', params: CRASH } },
      },
    },
    stopped: {
      always: [
        { guard: 'wantsSwitch', target: 'resting' },
        { guard: 'wantsData', target: 'reading' },
      ],
      on: { 'reader.wants': {} },
    },
    reading: {
      invoke: {
        src: 'reader',
        input: ({ context }) => context.link,
        onDone: [
          { guard: { type: 'isEmpty', params: ({ event }) => event.output }, target: 'restarting' },
          {
            guard: { type: 'isRead', params: ({ event }) => event.output },
            target: 'stopped',
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
    restarting: {
      invoke: {
        src: 'pusher',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isOkAndCounted', params: ({ event }) => event.output },
            target: 'checking',
          },
          { guard: { type: 'isOk', params: ({ event }) => event.output }, target: 'fetching' },
          { target: 'stopped' },
        ],
        onError: { target: '#socket.closing.counting', actions: { type: 'fail', params: CRASH } },
      },
    },
    // What came between the last read and the switch is pushed by most modules; by the others it must be read.
    checking: {
      invoke: {
        src: 'unreadCounter',
        input: ({ context }) => context,
        onDone: [
          { guard: { type: 'hasUnread', params: ({ event }) => event.output }, target: 'stopping' },
          { target: 'flowing' },
        ],
        onError: { target: 'flowing' },
      },
      on: { 'reader.full': { target: 'stopping' } },
    },
    resting: { type: 'final' },
  },
});
