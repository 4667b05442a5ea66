/** The owner of the port by script: what it asks of the wire is noted, how each call ends is decided by the test. */
import { createActor } from 'xstate';
import { lte } from '../../adapters/dialects/lte.ts';
import {
  type DataClaim,
  type DataModeTiming,
  type DataWire,
  type EscapeAnswer,
  type TransparentModeEvent,
  transparentModeMachine,
} from '../../machines/transparent-mode.machine.ts';
import { VirtualClock } from '../../streams/clock.ts';
import { dataTiming } from '../support/data-wire.ts';
import { fakeRun, ok, type Reply } from '../support/fake-run.ts';

export const ESCAPED: EscapeAnswer = { hasEscaped: true, isInDoubt: false };
export const MISSED: EscapeAnswer = { hasEscaped: false, isInDoubt: false };
export const DOUBTED: EscapeAnswer = { hasEscaped: false, isInDoubt: true };

type Ends<T> = readonly (T | 'silence' | 'throw')[];

/** How the calls end, in turn; the last entry of a list stays. Left out: as on a port that works. */
export interface WireScript {
  readonly guards?: Ends<undefined>;
  readonly escapes?: Ends<undefined>;
  readonly answers?: Ends<EscapeAnswer>;
  readonly drops?: Ends<EscapeAnswer>;
  readonly carriers?: Ends<boolean | undefined>;
  readonly idles?: Ends<undefined>;
  readonly resumes?: readonly Reply[];
  readonly hasReceived?: readonly boolean[];
  readonly timing?: Partial<DataModeTiming>;
  readonly claim?: Partial<DataClaim>;
  /** The owner throws once when it hears this. */
  readonly throwsAt?: string;
}

export const connects = { type: 'rx.connected' } as const;
export const doubted = { type: 'rx.doubted' } as const;
export const cleared = { type: 'rx.cleared' } as const;
export const interrupt = { type: 'data.interrupt' } as const;
export const resume = { type: 'data.resume' } as const;
export const released = { type: 'data.released' } as const;
export const voided = { type: 'module.voided' } as const;
export const crashed = { type: 'crashed', error: new Error('defect') } as const;
export const waits = (isUrgent = false) => ({ type: 'work.waiting', isUrgent }) as const;
/** Stands for the claim of the rig's own socket. */
export const claims = 'claims';

export function dataMode(script: WireScript = {}) {
  const clock = new VirtualClock();
  const log: string[] = [];
  const aborted: string[] = [];
  const turns = new Map<string, number>();
  const next = <T>(name: string, list: Ends<T> | undefined, usual: T, signal?: AbortSignal): Promise<T> => {
    log.push(name);
    signal?.addEventListener('abort', () => aborted.push(name));
    const turn = turns.get(name) ?? 0;
    turns.set(name, turn + 1);
    const end = list === undefined ? usual : list[Math.min(turn, list.length - 1)];
    if (end === 'silence') return new Promise(() => undefined);
    return end === 'throw' ? Promise.reject(new Error('defect')) : Promise.resolve(end as T);
  };
  const looks = [...(script.hasReceived ?? [])];
  const wire: DataWire = {
    guard: (signal) => next('guard', script.guards, undefined, signal),
    writeEscape: () => next('+++', script.escapes, undefined),
    awaitAnswer: (signal) => next('answer?', script.answers, ESCAPED, signal),
    dropDtr: (signal) => next('DTR', script.drops, MISSED, signal),
    readCarrier: () => next('carrier?', script.carriers, undefined),
    settle: (isEnd) => void log.push(isEnd ? 'it was the end' : 'it was payload'),
    idle: (signal) => next('idle?', script.idles, undefined, signal),
    hasReceived: (withinMs) => {
      log.push(`received within ${withinMs}?`);
      return looks.shift() ?? false;
    },
  };
  const resumes = [...(script.resumes ?? [ok()])];
  const { run } = fakeRun((text) => {
    log.push(text);
    return (resumes.length > 1 ? resumes.shift() : resumes[0]) ?? 'silence';
  });
  let throwsAt = script.throwsAt;
  const claim: DataClaim = {
    owner: {
      send: ({ type }) => {
        if (type === throwsAt) {
          throwsAt = undefined;
          throw new Error('defect');
        }
        log.push(type.slice(5));
      },
    },
    pump: { send: ({ type }) => log.push(type) },
    interruption: 'urgent',
    urcCheckMs: 0,
    ...script.claim,
  };
  const actor = createActor(transparentModeMachine, {
    clock,
    input: {
      wire,
      run,
      commands: lte.commands,
      modem: {
        send: (report) => log.push(report.type === 'data.stuck' ? 'STUCK' : `missed ${report.tries}`),
      },
      timing: { ...dataTiming, ...script.timing },
    },
  });
  actor.start();
  return {
    ...{ clock, actor, log, aborted },
    take: () => log.splice(0),
    value: () => JSON.stringify(actor.getSnapshot().value).replaceAll('"', ''),
    isInData: () => actor.getSnapshot().hasTag('data'),
    do: async (...events: readonly (TransparentModeEvent | typeof claims)[]) => {
      for (const event of events) {
        actor.send(event === claims ? { type: 'data.claimed', claim } : event);
        await clock.advance(0);
      }
    },
  };
}

export type DataModeRig = ReturnType<typeof dataMode>;

/** In data mode, the claim made and the carrier looked at. */
export async function inData(script: WireScript = {}): Promise<DataModeRig> {
  const one = dataMode(script);
  await one.do(connects, claims);
  one.take();
  return one;
}
