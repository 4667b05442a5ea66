import { UNWATCHED } from '../link-watch.machine.ts';
import { acknowledging, receiving, sending } from './buffer.ts';
import { pushed } from './push.ts';
import { CRASH, failureOf, socketSetup } from './setup.ts';
import { transparent } from './transparent.ts';

/** `connected`, by access mode. AT+QISWTMD leads from one to another once the first is at rest. */
export const connected = socketSetup.createStateConfig({
  tags: 'open',
  entry: 'announceConnected',
  initial: 'choosing',
  invoke: {
    src: 'linkWatch',
    id: 'linkWatch',
    input: ({ context: { open, commands, run, watch = UNWATCHED }, self }) => ({
      ...watch,
      connectId: open.connectId,
      commands,
      run,
      owner: self,
    }),
    onError: {}, // a defect of the watch: the connection goes on without it
  },
  on: {
    'link.counted': { actions: { type: 'announceCounters', params: ({ event }) => event.outcome } },
    'link.dead': {
      target: '#socket.closing.counting',
      actions: { type: 'fail', params: ({ event }) => event.failure },
    },
    'urc.closed': { target: '#socket.closing.draining', actions: 'noteGone' },
    'ask.close': { target: '#socket.closing.draining' },
    'ask.switch': { actions: { type: 'wantMode', params: ({ event }) => event } },
  },
  states: {
    choosing: {
      always: [
        { guard: 'needsInspection', target: 'inspecting' },
        { guard: 'wantsSwitch', target: 'switching' },
        { guard: 'isTransparent', target: 'transparent', actions: 'noteSettled' },
        { guard: 'isPushing', target: 'push', actions: 'noteSettled' },
        { target: 'buffer', actions: 'noteSettled' },
      ],
    },
    inspecting: {
      invoke: {
        src: 'stateReader',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isOver', params: ({ event }) => event.output },
            target: '#socket.closing.draining',
            actions: 'noteGone',
          },
          {
            target: 'choosing',
            actions: [{ type: 'keepInspected', params: ({ event }) => event.output }, 'announceMode'],
          },
        ],
        onError: {
          target: 'choosing',
          actions: { type: 'keepInspected', params: { kind: 'aborted', code: 'INTERNAL' } },
        },
      },
    },
    buffer: {
      type: 'parallel',
      onDone: { target: 'switching' },
      states: { receiving, sending, acknowledging },
    },
    push: { type: 'parallel', onDone: { target: 'switching' }, states: { pushed, sending, acknowledging } },
    transparent,
    switching: {
      invoke: {
        src: 'modeSwitcher',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isOk', params: ({ event }) => event.output },
            target: 'choosing',
            actions: ['announceSwitched', 'keepMode'],
          },
          {
            guard: 'isUnsettled',
            target: '#socket.closing.counting',
            actions: { type: 'fail', params: ({ event }) => failureOf(event.output) },
          },
          {
            guard: 'isTransparent',
            target: 'returning',
            actions: [{ type: 'announceNotSwitched', params: ({ event }) => event.output }, 'dropWish'],
          },
          {
            target: 'choosing',
            actions: [{ type: 'announceNotSwitched', params: ({ event }) => event.output }, 'dropWish'],
          },
        ],
        onError: { target: 'choosing', actions: 'dropWish' },
      },
    },
    // The port takes commands, and the module has the socket in transparent mode still.
    returning: {
      invoke: {
        src: 'returner',
        input: ({ context }) => context,
        onDone: [
          { guard: { type: 'isOk', params: ({ event }) => event.output }, target: 'choosing' },
          {
            target: '#socket.closing.counting',
            actions: { type: 'fail', params: ({ event }) => failureOf(event.output, 'SWITCH_FAILED') },
          },
        ],
        onError: { target: '#socket.closing.counting', actions: { type: 'fail', params: CRASH } },
      },
    },
  },
});
