import { CRASH, ID_TAKEN, openFailureOf, socketSetup } from './setup.ts';

/** AT+QIOPEN, its OK, and the URC that tells the result; the state is looked at while the URC is missing. */
export const opening = socketSetup.createStateConfig({
  initial: 'requesting',
  on: {
    'urc.open': [
      {
        guard: { type: 'isSuccess', params: ({ event }) => event },
        target: '#socket.opening.opened',
      },
      {
        guard: { type: 'isStaleResult', params: ({ event }) => event },
        target: '#socket.opening.clearing',
        actions: 'noteStale',
      },
      {
        target: '#socket.opening.refused',
        actions: {
          type: 'fail',
          params: ({ event }) => ({ code: 'OPEN_FAILED', moduleError: event.err }),
        },
      },
    ],
    'ask.close': { target: '#socket.closing.releasing' },
    // It lost the id to a connection that the module accepted: that one must not be closed.
    'id.taken': {
      target: '#socket.initial.released',
      actions: [{ type: 'fail', params: ID_TAKEN }, 'announceFailure'],
    },
  },
  states: {
    requesting: {
      invoke: {
        src: 'opener',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isInDataMode', params: ({ event }) => event.output },
            target: '#socket.connected',
            actions: 'noteOpened',
          },
          {
            guard: { type: 'isOpened', params: ({ event }) => event.output },
            target: 'opened',
            actions: [
              { type: 'keepLearnt', params: ({ event }) => event.output },
              { type: 'announceLearnt', params: ({ event }) => event.output },
            ],
          },
          {
            guard: { type: 'isOk', params: ({ event }) => event.output },
            target: 'awaitingResult',
            actions: [
              { type: 'keepLearnt', params: ({ event }) => event.output },
              { type: 'announceLearnt', params: ({ event }) => event.output },
            ],
          },
          {
            guard: { type: 'isStale', params: ({ event }) => event.output },
            target: 'clearing',
            actions: 'noteStale',
          },
          {
            target: '#socket.opening.refused',
            actions: { type: 'fail', params: ({ event }) => openFailureOf(event.output) },
          },
        ],
        onError: { target: '#socket.opening.refused', actions: { type: 'fail', params: CRASH } },
      },
    },
    // 563: the id outlived an earlier host (protocol.md §10). Close it once, then try again.
    clearing: {
      invoke: {
        src: 'closer',
        input: ({ context }) => context,
        onDone: { target: 'requesting' },
        onError: { target: '#socket.opening.refused', actions: { type: 'fail', params: CRASH } },
      },
    },
    awaitingResult: {
      entry: 'forgetOpenLooks',
      after: {
        openTimeout: {
          target: '#socket.opening.refused',
          actions: { type: 'fail', params: { code: 'OPEN_TIMED_OUT' } },
        },
      },
      initial: 'waiting',
      states: {
        // `closed` may be the echo of an older close of this id (rg §2.3.8): the state tells.
        waiting: {
          after: { openPoll: { target: 'looking', actions: 'countOpenLook' } },
          on: { 'urc.closed': { target: 'looking' } },
        },
        // The URC may be lost, or go to another port of the module.
        looking: {
          invoke: {
            src: 'stateReader',
            input: ({ context }) => context,
            onDone: [
              // 563 whose line was lost, or did not say which open it was about (gsm).
              {
                guard: { type: 'mayBeCleared', params: ({ event }) => event.output },
                target: '#socket.opening.clearing',
                actions: 'noteStale',
              },
              // A client whose notice was lost, say: it cannot be closed, or has not gone.
              {
                guard: { type: 'isOfAnother', params: ({ event }) => event.output },
                target: '#socket.initial.released',
                actions: [{ type: 'fail', params: ID_TAKEN }, 'announceFailure'],
              },
              {
                guard: { type: 'isStanding', params: ({ event }) => event.output },
                target: '#socket.opening.opened',
                actions: { type: 'reportMissedUrc', params: ({ event }) => event.output },
              },
              {
                guard: { type: 'isOver', params: ({ event }) => event.output },
                target: '#socket.opening.refused',
                actions: { type: 'fail', params: { code: 'PEER_CLOSED' } },
              },
              { target: 'waiting' },
            ],
            onError: { target: 'waiting' },
          },
        },
      },
    },
    opened: {
      entry: 'noteOpenedBuffered',
      always: [{ guard: 'isListener', target: '#socket.listening' }, { target: '#socket.connected' }],
    },
    refused: {
      always: { target: '#socket.closing.releasing' },
    },
  },
});
