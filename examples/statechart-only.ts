/** A statechart of urchestra alone: no modem, no port, no real time.
 *
 * The machine of a PDP context is started by XState's own `createActor` on a virtual clock. It asks for commands by `run`, which
 * answers here like a module; then the network drops the context, and its states are printed on the way back.
 * Run it: npm run build && npm run examples && node dist-examples/statechart-only.js
 */
import { lte } from 'urchestra/dialects';
import { type CommandRunner, pdpContextMachine } from 'urchestra/machines';
import { settled, VirtualClock } from 'urchestra/testing';
import { createActor } from 'xstate';

/** What the module of this story would say: the context comes up whenever it is activated. */
let isActive = false;
const run: CommandRunner = async (command) => {
  console.log(`      ${command.text}`);
  if (command.text.startsWith('AT+QIACT=')) isActive = true;
  if (command.text.startsWith('AT+QIDEACT=')) isActive = false;
  const isListing = command.text === 'AT+QIACT?';
  const value = isListing ? [{ id: 1, active: isActive, addresses: ['10.0.0.1'] }] : undefined;
  return { kind: 'ok', result: 'OK', value } as Awaited<ReturnType<typeof run<never>>>;
};

const clock = new VirtualClock();
const actor = createActor(pdpContextMachine, {
  clock,
  input: {
    parameters: { id: 1, apn: 'internet', type: 'IPv4', username: '', password: '', authentication: 'none' },
    commands: lte.commands,
    isAttachedByNetwork: false,
    isDoubtedByFailures: false,
    run,
    owner: { send: (notice) => console.log(`   => ${notice.type}`) },
    limits: {
      activationTries: 3,
      deactivationTries: 3,
      retryDelayMs: 5_000,
      longestRetryDelayMs: 60_000,
      lookPauseMs: 5_000,
      failedOpens: 5,
      activationResultMs: 150_000,
      deactivationResultMs: 40_000,
    },
  },
});

let shown = '';
actor.subscribe(({ value }) => {
  const state = JSON.stringify(value).replaceAll('"', '');
  if (state !== shown) console.log(state);
  shown = state;
});
actor.start();
actor.send({ type: 'ask.activate' });
await settled();
console.log('-- the network says +QIURC: "pdpdeact",1');
isActive = false;
actor.send({ type: 'urc.pdpdeact' });
await clock.advance(60_000);

const isBack = actor.getSnapshot().hasTag('active');
actor.stop();
console.log(isBack ? 'the context is back' : 'the context is lost');
process.exitCode = isBack ? 0 : 1;
