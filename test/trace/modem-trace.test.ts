/** What `trace$` of a modem has, and in which order. */
import type { AnyActorRef, InspectionEvent } from 'xstate';
import { isMachineSnapshot } from 'xstate';
import { pathOf } from '../../adapters/trace/state-paths.ts';
import { createModem, memoryPortPair, type TraceEntry } from '../../index.ts';
import { VirtualClock } from '../../streams/clock.ts';
import { dismantle, rig } from '../integration/rig.ts';
import { type Story, story, textsOf } from './story.ts';

/** Online with a socket, then through the loss of the context. */
async function throughPdpdeact(): Promise<Story> {
  const s = story();
  await s.clock.runUntil(s.modem.start());
  const socket = await s.clock.runUntil(s.modem.connect({ host: '127.0.0.1', port: 7000 }));
  socket.on('error', () => undefined).resume();
  socket.write('reading 1\n');
  await s.clock.advance(500);
  s.module.inject({ kind: 'pdpdeact' });
  await s.clock.advance(5_000);
  return s;
}

/** The wanted texts, as far as they come in this order. */
function inOrder(texts: readonly string[], wanted: readonly string[]): string[] {
  let at = 0;
  return wanted.filter((text) => {
    const found = texts.indexOf(text, at);
    if (found < 0) return false;
    at = found + 1;
    return true;
  });
}

describe('the trace of a modem', () => {
  it('has lines of the wire, events, transitions and steps of the recovery in the order of happening', async () => {
    const s = await throughPdpdeact();
    const wanted = [
      'transition modem: starts in portClosed',
      'event modem gets ask.start',
      'transition modem: portClosed → opening.trying by ask.start',
      'recovery online',
      'transition modem: attaching.activatingContexts → online.serving by context.active',
      'transition socket-0: initial.unused → opening.requesting by ask.open',
      'tx AT+QIOPEN=1,0,"TCP","127.0.0.1",7000,0,0',
      'urc +QIOPEN: 0,0',
      'event socket-0 gets urc.open from modem connectId=0 err=0',
      'transition socket-0.linkWatch: starts in fresh',
      'tx (payload)',
      'urc +QIURC: "pdpdeact",1',
      'event modem gets urc.pdpdeact contextId=1',
      'event context-1 gets urc.pdpdeact from modem',
      'transition context-1: active.serving → lost.yielding by urc.pdpdeact',
      'recovery context lost: context 1: pdpdeact',
      'transition modem: online.serving → recovering.reactivating by context.lost',
      'transition context-1: lost.yielding → lost.requesting by after(0)',
      'tx AT+QIDEACT=1',
      'rx OK',
      'event context-1 gets done(lost.requesting) output.kind=ok output.result=OK',
      'recovery online',
      'transition modem: recovering.reactivating → online.serving by context.active',
    ];
    expect(inOrder(textsOf(s.entries), wanted)).toEqual(wanted);
    const times = s.entries.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    await dismantle(s);
  });

  it('has each transition in front of the command that it leads to', async () => {
    const s = await throughPdpdeact();
    const texts = textsOf(s.entries);
    for (const [state, command] of [
      ['syncing → configuring.advancing', 'ATE0'],
      ['configuring.writing → activating.requesting', 'AT+QIACT=1'],
      ['connected.buffer.receiving.quiet → connected.buffer.receiving.reading', 'AT+QIRD=0,1500'],
    ] as const) {
      const at = texts.findIndex((text) => text.includes(`: ${state} by`));
      const next = texts.slice(at).find((text) => text.startsWith('tx '));
      expect([state, next]).toEqual([state, `tx ${command}`]);
    }
    await dismantle(s);
  });

  it('has every event of every machine, and its transitions lead to where the machines are', async () => {
    const s = story();
    const counted: string[] = [];
    const count = (inspection: InspectionEvent): void => {
      if (inspection.type !== '@xstate.event' || inspection.event.type === 'xstate.init') return;
      const snapshot: unknown = (inspection.actorRef as AnyActorRef).getSnapshot();
      if (isMachineSnapshot(snapshot)) counted.push(inspection.event.type);
    };
    s.modem.actor.system.inspect(count);
    await s.clock.runUntil(s.modem.start());
    const socket = await s.clock.runUntil(s.modem.connect({ host: '127.0.0.1', port: 7000 }));
    socket.on('error', () => undefined).resume();
    socket.write('reading 1\n');
    s.module.inject({ kind: 'reboot' });
    await s.clock.advance(60_000);
    expect(s.entries.flatMap((entry) => (entry.kind === 'event' ? [entry.event] : []))).toEqual(counted);
    expect(counted.length).toBeGreaterThan(50);

    const states = new Map<string, readonly string[]>();
    for (const entry of s.entries) {
      if (entry.kind !== 'transition') continue;
      const before = entry.from === undefined ? [] : (states.get(entry.actor) ?? []);
      const left = entry.from?.split(' + ') ?? [];
      expect([entry.text, before]).toEqual([entry.text, expect.arrayContaining(left)]);
      const stayed = before.filter((path) => !left.includes(path));
      states.set(entry.actor, [...stayed, ...entry.to.split(' + ')]);
    }
    const { context, value } = s.modem.actor.getSnapshot();
    expect(states.get('modem')).toEqual([pathOf(value)]);
    const [pdpContext] = Object.values(context.contextActors);
    expect(states.get('context-1')).toEqual([pdpContext && pathOf(pdpContext.getSnapshot().value)]);
    expect(states.get('socket-0')).toEqual(['initial.released']);
    await dismantle(s);
  });

  it('leaves the exchanges out: their commands and answers are there', async () => {
    const s = await throughPdpdeact();
    const actors = new Set(s.entries.flatMap((entry) => ('actor' in entry ? [entry.actor] : [])));
    expect([...actors].sort()).toEqual([
      ...['context-1', 'modem', 'rebootPolicy', 'socket-0', 'socket-0.linkWatch', 'transparentMode'],
    ]);
    await dismantle(s);
  });

  it('tells all subscribers in one order, also what one of them causes meanwhile', async () => {
    const r = rig();
    const [first, second]: [TraceEntry[], TraceEntry[]] = [[], []];
    r.modem.trace$.subscribe((entry) => {
      first.push(entry);
      if (entry.kind === 'recovery' && entry.step === 'online') void r.modem.execute('AT+CSQ');
    });
    r.modem.trace$.subscribe((entry) => second.push(entry));
    await r.clock.runUntil(r.modem.start());
    await r.clock.advance(1_000);
    expect(textsOf(first)).toContain('tx AT+CSQ');
    expect(textsOf(second)).toEqual(textsOf(first));
    await dismantle(r);
  });

  it('looks at the statecharts once while somebody is subscribed, and not at all otherwise', async () => {
    const clock = new VirtualClock();
    const modem = createModem({ port: memoryPortPair().host, dialect: 'lte', clock });
    const { system } = modem.actor;
    const inspect = system.inspect.bind(system);
    let looking = 0;
    system.inspect = (observer) => {
      const { unsubscribe } = inspect(observer);
      looking++;
      return {
        unsubscribe: () => {
          looking--;
          unsubscribe();
        },
      };
    };
    const starting = modem.start().catch(() => undefined);
    await clock.advance(100);
    expect([looking, modem.recentTrace.length > 0]).toEqual([0, true]);
    const subscriptions = [modem.trace$.subscribe(), modem.trace$.subscribe()];
    expect(looking).toBe(1);
    for (const subscription of subscriptions) subscription.unsubscribe();
    expect(looking).toBe(0);
    modem.trace$.subscribe();
    await clock.runUntil(modem.stop());
    await clock.runUntil(starting);
    expect([looking, clock.pendingTimers]).toEqual([0, 0]);
  });

  it('begins with what was asked to find out the dialect, and goes on with the statecharts', async () => {
    const s = story({ dialect: 'auto', contexts: [] }, { dialect: 'ugxx' });
    await s.clock.runUntil(s.modem.start());
    const wanted = ['tx AT+CGMM', 'rx UG96', 'transition modem: starts in portClosed', 'recovery online'];
    expect(inOrder(textsOf(s.entries), wanted)).toEqual(wanted);
    const times = s.entries.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    await dismantle(s);
  });

  it.each(['lte', 'auto'] as const)(
    'completes after the end, for late subscribers too: %s',
    async (dialect) => {
      const s = story({ dialect });
      const ends: string[] = [];
      s.modem.trace$.subscribe({ complete: () => ends.push('early') });
      await s.clock.runUntil(s.modem.start());
      await dismantle(s);
      expect(ends).toEqual(['early']);
      s.modem.trace$.subscribe({ next: () => ends.push('line'), complete: () => ends.push('late') });
      expect(ends).toEqual(['early', 'late']);
      expect(textsOf(s.entries)).toContain('transition modem: online.serving → stopped by ask.stop');
    },
  );

  it('completes where the module was never found', async () => {
    const clock = new VirtualClock();
    const modem = createModem({ port: memoryPortPair().host, dialect: 'auto', clock });
    let isOver = false;
    modem.trace$.subscribe({ complete: () => (isOver = true) });
    await clock.runUntil(modem.start().catch(() => undefined));
    await clock.runUntil(modem.stop());
    expect(isOver).toBe(true);
  });
});

describe('the recent trace of a modem', () => {
  it('has the lines of the wire and the steps of the recovery, as in the whole trace', async () => {
    const s = await throughPdpdeact();
    const plain = s.entries.filter(({ kind }) => kind !== 'event' && kind !== 'transition');
    expect(s.modem.recentTrace).toEqual(plain.slice(-256));
    expect(textsOf(s.modem.recentTrace)).toContain('recovery context lost: context 1: pdpdeact');
    await dismantle(s);
  });
});
