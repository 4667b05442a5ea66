import { createActor } from 'xstate';
import {
  type ExchangeEvent,
  type ExchangeInput,
  type ExchangeOutcome,
  type ExchangeTask,
  exchangeMachine,
} from '../../machines/exchange.machine.ts';
import { VirtualClock } from '../../streams/clock.ts';
import { declaredTransitions, walkEveryPath, withStubs } from '../support/paths.ts';

type Write = 'write.command' | 'write.payload';

const TASK: ExchangeTask = {
  ...{ prompts: false, hasLaterResult: false, lineQuietMs: 200, replyTimeoutMs: 1000, drainMs: 100 },
};

/** An exchange that has begun. */
function exchange(options: Partial<ExchangeTask> = {}, onWrite: (write: Write) => void = () => undefined) {
  const clock = new VirtualClock();
  const orders: Write[] = [];
  const outcomes: ExchangeOutcome[] = [];
  const owner: ExchangeInput['owner'] = {
    send: (order) => {
      if (order.type === 'exchange.ended') outcomes.push(order.outcome);
      else {
        orders.push(order.type);
        onWrite(order.type);
      }
    },
  };
  const actor = createActor(exchangeMachine, { clock, input: { owner } }).start();
  const task = { ...TASK, ...options };
  actor.send({ type: 'ask.exchange', task });
  return {
    clock,
    orders,
    outcomes,
    actor,
    task,
    send: (...events: ExchangeEvent[]) => {
      for (const event of events) actor.send(event);
    },
    state: () => innermost(actor.getSnapshot().value),
  };
}

function innermost(value: unknown): unknown {
  return typeof value === 'string' ? value : (value as { exchanging: unknown }).exchanging;
}

const written = { type: 'tx.written' } as const;
const prompt = { type: 'rx.prompt' } as const;
const ok = { type: 'rx.final', result: 'OK', success: true } as const;
const error = { type: 'rx.final', result: 'ERROR', success: false } as const;
const sent = { type: 'rx.final', result: 'SEND OK', success: true } as const;
const later = { type: 'rx.later', result: 'CLOSE OK', success: true } as const;
const abort = { type: 'ask.abort', code: 'MODULE_REBOOTED' } as const;

describe('a command without payload', () => {
  it('is written at once and ends with its final result', async () => {
    const { orders, outcomes, send, state, clock } = exchange();
    expect([orders, state()]).toEqual([['write.command'], 'commanding']);
    send(written);
    expect(state()).toBe('awaitingFinal');
    send(ok);
    expect(outcomes).toEqual([{ kind: 'ok', result: 'OK' }]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is refused by an error', () => {
    const { outcomes, send } = exchange();
    send(written, error);
    expect(outcomes).toEqual([{ kind: 'refused', result: 'ERROR' }]);
  });

  it('may be answered before the port says that it was written', () => {
    const { outcomes, send } = exchange();
    send(ok, written);
    expect(outcomes).toEqual([{ kind: 'ok', result: 'OK' }]);
  });

  it('takes no notice of a prompt', () => {
    const { orders, send, state } = exchange();
    send(prompt, written, prompt);
    expect([orders, state()]).toEqual([['write.command'], 'awaitingFinal']);
  });
});

describe('a command with payload', () => {
  it('writes the payload after the prompt and ends with the result', () => {
    const { orders, outcomes, send, state } = exchange({ prompts: true });
    send(written);
    expect(state()).toBe('awaitingPrompt');
    send(prompt);
    expect([orders, state()]).toEqual([['write.command', 'write.payload'], 'sendingPayload']);
    send(written, sent);
    expect(outcomes).toEqual([{ kind: 'ok', result: 'SEND OK' }]);
  });

  it('takes a prompt that outruns the note that the command was written', () => {
    const { orders, outcomes, send } = exchange({ prompts: true });
    send(prompt, written, sent);
    expect(orders).toEqual(['write.command', 'write.payload']);
    expect(outcomes).toEqual([{ kind: 'ok', result: 'SEND OK' }]);
  });

  it('writes the payload once, however many prompts come', () => {
    const { orders, send } = exchange({ prompts: true });
    send(written, prompt, prompt, written, prompt);
    expect(orders).toEqual(['write.command', 'write.payload']);
  });

  it('writes nothing after an error instead of the prompt', () => {
    const { orders, outcomes, send } = exchange({ prompts: true });
    send(written, error, prompt);
    expect(orders).toEqual(['write.command']);
    expect(outcomes).toEqual([{ kind: 'refused', result: 'ERROR' }]);
  });

  it('may end while the payload is still being written', () => {
    const { outcomes, send } = exchange({ prompts: true });
    send(written, prompt, { type: 'rx.final', result: 'SEND FAIL', success: false });
    expect(outcomes).toEqual([{ kind: 'refused', result: 'SEND FAIL' }]);
  });
});

describe('a command whose result comes after its OK', () => {
  it('waits for it', () => {
    const { outcomes, send, state } = exchange({ hasLaterResult: true });
    send(written, ok);
    expect([outcomes, state()]).toEqual([[], 'awaitingResult']);
    send(later);
    expect(outcomes).toEqual([{ kind: 'ok', result: 'CLOSE OK' }]);
  });

  it('does not wait after an error', () => {
    const { outcomes, send } = exchange({ hasLaterResult: true });
    send(written, error);
    expect(outcomes).toEqual([{ kind: 'refused', result: 'ERROR' }]);
  });

  it('takes no such result before the OK', () => {
    const { outcomes, send, state } = exchange({ hasLaterResult: true });
    send(written, later);
    expect([outcomes, state()]).toEqual([[], 'awaitingFinal']);
  });

  it('times out when the later result does not come', async () => {
    const { outcomes, send, clock } = exchange({ hasLaterResult: true });
    send(written, ok);
    await clock.advance(1100);
    expect(outcomes).toEqual([{ kind: 'timedOut' }]);
  });
});

describe('a result behind OK whose line may be lost', () => {
  it('is waited for, and OK counts when it does not come', async () => {
    const { outcomes, send, clock } = exchange({ hasLaterResult: true, laterTimeoutMs: 300 });
    send(written, ok);
    await clock.advance(299);
    expect(outcomes).toEqual([]);
    await clock.advance(1);
    expect([outcomes, clock.pendingTimers]).toEqual([[{ kind: 'ok', result: 'OK' }], 0]);
  });
});

describe('the time limit', () => {
  it('counts from the start, over all states', async () => {
    const { outcomes, send, state, clock } = exchange({ prompts: true });
    await clock.advance(400);
    send(written);
    await clock.advance(300);
    send(prompt);
    await clock.advance(299);
    send(written);
    expect(state()).toBe('awaitingFinal');
    await clock.advance(1);
    expect([state(), outcomes]).toEqual(['draining', []]);
    await clock.advance(99);
    expect(outcomes).toEqual([]);
    await clock.advance(1);
    expect(outcomes).toEqual([{ kind: 'timedOut' }]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('swallows a late result while draining: it completes nothing', async () => {
    const { outcomes, send, clock } = exchange();
    send(written);
    await clock.advance(1050);
    send(ok);
    expect(outcomes).toEqual([{ kind: 'timedOut', lateResult: 'OK' }]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('gives a late prompt its payload, which would else be taken from what is written next, and stays timed out', async () => {
    const { outcomes, orders, send, clock } = exchange({ prompts: true });
    send(written);
    await clock.advance(1000);
    send(prompt);
    expect(orders).toEqual(['write.command', 'write.payload']);
    await clock.advance(10_000);
    expect(outcomes).toMatchObject([{ kind: 'timedOut' }]);
  });

  it('is met by a result at the very instant before it fires', async () => {
    const { outcomes, send, clock } = exchange();
    clock.setTimeout(() => send(ok), 999);
    await clock.advance(2000);
    expect(outcomes).toEqual([{ kind: 'ok', result: 'OK' }]);
  });
});

describe('an abort', () => {
  const ways: Readonly<Record<string, readonly ExchangeEvent[]>> = {
    commanding: [],
    awaitingPrompt: [written],
    sendingPayload: [written, prompt],
    awaitingFinal: [written, prompt, written],
    awaitingResult: [written, prompt, written, ok],
    draining: [{ type: 'xstate.after.replyTimeout.exchange.exchanging' } as unknown as ExchangeEvent],
  };

  it.each(Object.entries(ways))('ends the command while %s', (name, events) => {
    const { outcomes, send, state, clock } = exchange({ prompts: true, hasLaterResult: true });
    send(...events);
    expect(state()).toBe(name);
    send(abort);
    expect(outcomes).toEqual([{ kind: 'aborted', code: 'MODULE_REBOOTED' }]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('after the end changes nothing', () => {
    const { outcomes, send, state } = exchange();
    send(ok, abort);
    expect([outcomes, state()]).toEqual([[{ kind: 'ok', result: 'OK' }], 'idle']);
  });
});

describe('a writer that throws', () => {
  it('at the command ends it as aborted, and the next one is written', () => {
    let isBroken = true;
    const { outcomes, orders, send, state, clock, task } = exchange({}, () => {
      if (isBroken) throw new Error('no such buffer');
    });
    expect([outcomes, state(), clock.pendingTimers]).toEqual([
      [{ kind: 'aborted', code: 'INTERNAL' }],
      'idle',
      0,
    ]);
    isBroken = false;
    send({ type: 'ask.exchange', task });
    expect([orders.length, state()]).toEqual([2, 'commanding']);
  });

  it('at the payload ends the command as aborted, without a timer left', () => {
    const { outcomes, send, clock } = exchange({ prompts: true }, (write) => {
      if (write === 'write.payload') throw new Error('no such buffer');
    });
    send(written, prompt);
    expect(outcomes).toEqual([{ kind: 'aborted', code: 'INTERNAL' }]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('the next command', () => {
  it('is written in the moment in which the one before ends, and knows nothing of it', async () => {
    const first = exchange({ linesBehind: { least: 2, most: 2 } });
    first.send(written, ok, { type: 'rx.lineBehind' });
    await first.clock.advance(500);
    first.send({ type: 'rx.lineBehind' });
    expect(first.outcomes).toEqual([{ kind: 'ok', result: 'OK' }]);
    first.send({ type: 'ask.exchange', task: first.task });
    expect([first.orders.length, first.state()]).toEqual([2, 'commanding']);
    first.send(written, ok, { type: 'rx.lineBehind' });
    expect(first.outcomes).toHaveLength(1);
    await first.clock.advance(999);
    expect(first.state()).toBe('awaitingLines');
    await first.clock.advance(1);
    expect(first.state()).toBe('draining');
  });

  it('waits when it is asked for while one is on the wire: nothing is written', () => {
    const { send, orders, state, task } = exchange();
    send(written, { type: 'ask.exchange', task });
    expect([orders, state()]).toEqual([['write.command'], 'awaitingFinal']);
  });

  it('may be asked for by whoever is told the end, and is not mistaken for it', () => {
    const clock = new VirtualClock();
    const told: string[] = [];
    const actor = createActor(exchangeMachine, {
      clock,
      input: {
        owner: {
          send: (order) => {
            told.push(order.type);
            if (order.type === 'exchange.ended' && told.length < 4)
              actor.send({ type: 'ask.exchange', task: TASK });
          },
        },
      },
    }).start();
    actor.send({ type: 'ask.exchange', task: TASK });
    actor.send(ok);
    expect(told).toEqual(['write.command', 'exchange.ended', 'write.command']);
    expect(innermost(actor.getSnapshot().value)).toBe('commanding');
  });
});

describe('every simple path', () => {
  const walks = [
    { prompts: false, hasLaterResult: false },
    { prompts: false, hasLaterResult: true },
    { prompts: false, hasLaterResult: true, laterTimeoutMs: 300 },
    { prompts: true, hasLaterResult: false },
    { prompts: true, hasLaterResult: true },
    { prompts: false, hasLaterResult: false, linesBehind: { least: 1, most: 1 } },
    { prompts: false, hasLaterResult: false, linesBehind: { least: 0, most: 2 } },
  ];
  const line = { type: 'rx.lineBehind' } as const;
  const events = [
    written,
    prompt,
    ok,
    error,
    later,
    line,
    abort,
    { type: 'crashed', error: new Error('defect') },
  ];

  it('leads to a state from which the command ends, and all of them take every transition', () => {
    const taken = new Set<string>();
    let paths = 0;
    for (const options of walks) {
      const outcomes: ExchangeOutcome[] = [];
      const input = (): ExchangeInput => ({
        owner: {
          send: (order) => {
            if (order.type === 'exchange.ended') outcomes.push(order.outcome);
          },
        },
      });
      const begin = { type: 'ask.exchange', task: { ...TASK, ...options } } as const;
      const walk = { machine: exchangeMachine, input, events: [begin, ...events] };
      paths += walkEveryPath(walk, taken, ({ actor, snapshot }) => {
        outcomes.length = 0;
        if (snapshot.value !== 'idle') actor.send(abort);
        else actor.send(begin);
        if (snapshot.value === 'idle') actor.send(abort);
        expect([actor.getSnapshot().value, outcomes]).toEqual([
          'idle',
          [{ kind: 'aborted', code: 'MODULE_REBOOTED' }],
        ]);
      });
    }
    expect(paths).toBeGreaterThan(75); // one that comes back to idle ends there
    const uncovered = [...declaredTransitions(withStubs(exchangeMachine))].filter((name) => !taken.has(name));
    expect(uncovered).toEqual([]);
  });
});
