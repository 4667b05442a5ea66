/** Invariant 13, where the line and the module do what they should not: secrets stay in. */

import { createModem } from '../../index.ts';
import type { Fault, Trigger, VirtualDialect } from '../../simulator/index.ts';
import { virtualPort } from '../../simulator/index.ts';
import {
  contextsOf,
  curious,
  DIALECTS,
  PASSWORD,
  PIN,
  shownSecrets,
  USERNAME,
  type Witness,
  witness,
} from './canaries.ts';
import { GARBLES, garblingPort } from './garbling-port.ts';

const SECRETS = [USERNAME, PASSWORD, PIN];
/** Secrets of the application's own commands, which nobody knows but their lines. */
const RAW_SECRETS = ['raw-canary-1', 'raw-canary-2', '9513', '8642'];
const RAW = [
  'AT+CLCK="SC",1,"9513"',
  'at+clck = "SC",0,"9513"',
  'AT+CPWD="SC","9513","8642"',
  'AT+QICSGP=1,1,"internet","raw-canary-1","raw-canary-2",1',
  'AT+CGAUTH=1,1,"raw-canary-1","raw-canary-2"',
  'AT+CSQ;+CPIN="9513"',
  'ATE0+CPIN="9513"',
  'ATD**04*9513*8642*8642#',
  'AT+EGMR=1,7,"861000000000017"',
  'AT+QMTCONN=0,"raw-canary-1","raw-canary-2"',
  'AT$QCPDPP=1,2,"raw-canary-1","raw-canary-2"',
];

async function life(w: Witness): Promise<void> {
  const { r, note } = w;
  const { clock, modem } = r;
  await clock.runUntil(modem.start()).catch(note);
  for (const command of [...curious(modem.dialect), ...RAW]) {
    const outcome = modem.execute(command, { timeoutMs: 5_000 });
    await clock.runUntil(outcome).catch(note);
    await clock.runUntil(modem.query({ text: command, timeoutMs: 5_000 })).catch(note);
  }
  if (modem.dialect.commands.queryContext)
    await clock.runUntil(modem.query(modem.dialect.commands.queryContext(1))).catch(note);
  await clock.advance(120_000);
  note(modem.status);
  await clock.runUntil(modem.stop());
  note(await modem.execute(RAW[0] ?? '').catch((error: unknown) => error));
  r.module.dispose();
}

async function expectNothing(w: Witness): Promise<void> {
  expect(shownSecrets(await w.everything(), RAW_SECRETS)).toEqual([]);
}

const AT_CONTEXT: Trigger = { onCommand: 'AT+QICSGP=', nth: 1 };
const FAULTS: Readonly<Record<string, readonly (readonly [Trigger, Fault])[]>> = {
  'a refused configuration': [[AT_CONTEXT, { kind: 'error', cme: 50 }]],
  'a hang at the configuration': [[AT_CONTEXT, { kind: 'hang', forMs: 90_000 }]],
  'a reboot at the configuration': [[AT_CONTEXT, { kind: 'reboot' }]],
  'a silent reboot at the PIN': [
    [
      { onCommand: 'AT+CPIN=', nth: 1 },
      { kind: 'reboot', silent: true },
    ],
  ],
  'a notice in the answers': [
    [AT_CONTEXT, { kind: 'urcInResponse' }],
    [{ onCommand: 'AT+CIMI' }, { kind: 'urcInResponse', place: 'between' }],
  ],
  'noise and a slow line': [
    [AT_CONTEXT, { kind: 'garbage', bytes: 20 }],
    [{ onCommand: 'AT+CGSN' }, { kind: 'dribble', gapMs: 5 }],
    [{ onCommand: 'AT+CIMI' }, { kind: 'garbage', bytes: 7 }],
  ],
};

describe.each(DIALECTS)('secrets stay in, on %s', (dialect: VirtualDialect) => {
  it.each(Object.keys(FAULTS))('through %s', async (name) => {
    const rules = (FAULTS[name] ?? []).map(([when, fault]) => ({ when, fault }));
    const w = witness(dialect, {}, { faults: { rules } });
    await life(w);
    await expectNothing(w);
  });

  it('when the PIN is wrong', async () => {
    const w = witness(dialect, {}, { sim: { pin: '1111' } });
    await life(w);
    await expectNothing(w);
    expect(w.r.module.state.pinAttemptsLeft).toBe(2);
  });

  it.each(Object.keys(GARBLES))('through %s', async (name) => {
    const w = witness(dialect);
    const { clock, module } = w.r;
    const garble = GARBLES[name] ?? (() => undefined);
    const port = garblingPort(virtualPort(module), [...SECRETS, ...RAW_SECRETS, '861000000000017'], garble);
    const modem = createModem({ port, dialect, contexts: contextsOf(dialect), pin: PIN, clock });
    modem.trace$.subscribe(w.note);
    modem.recoveries$.subscribe(w.note);
    modem.status$.subscribe(w.note);
    await life({ ...w, r: { ...w.r, modem } });
    await expectNothing(w);
  });
});
