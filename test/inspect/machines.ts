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

/** Every chart. */
export const machines: readonly AnyStateMachine[] = [
  modemMachine,
  exchangeMachine,
  pdpContextMachine,
  socketMachine,
  transparentModeMachine,
  rebootPolicyMachine,
  linkWatchMachine,
];
