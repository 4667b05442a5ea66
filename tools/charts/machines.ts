/** The machines that are drawn, and which of their states have a picture of their own. */
import type { AnyStateMachine } from 'xstate';
import {
  exchangeMachine,
  linkWatchMachine,
  modemMachine,
  pdpContextMachine,
  rebootPolicyMachine,
  socketMachine,
  transparentModeMachine,
} from '../../machines/index.ts';

/** A machine and how it is cut. A state that is named here is one closed box in the picture around it. */
export interface Chart {
  readonly machine: AnyStateMachine;
  readonly apart: readonly string[];
}

export const CHARTS: readonly Chart[] = [
  {
    machine: modemMachine,
    apart: [
      'modem.opening',
      'modem.configuring',
      'modem.unlockingSim',
      'modem.registering',
      'modem.attaching',
      'modem.online',
      'modem.recovering',
      'modem.rebooting',
      'modem.cooling',
    ],
  },
  { machine: exchangeMachine, apart: [] },
  {
    machine: pdpContextMachine,
    apart: [
      'pdpContext.configuring',
      'pdpContext.activating',
      'pdpContext.awaitingNetwork',
      'pdpContext.active',
      'pdpContext.lost',
      'pdpContext.deactivating',
    ],
  },
  {
    machine: socketMachine,
    apart: [
      'socket.opening',
      'socket.connected',
      'socket.connected.buffer',
      'socket.connected.push',
      'socket.connected.transparent',
      'socket.closing',
    ],
  },
  { machine: transparentModeMachine, apart: [] },
  { machine: rebootPolicyMachine, apart: [] },
  { machine: linkWatchMachine, apart: [] },
];
