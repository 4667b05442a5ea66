/** PDP contexts (lte §2.1.1 to §2.1.3). */
import { describeAddresses, type VirtualContext } from '../contexts.ts';
import { Refusal } from '../errors.ts';
import { takeTimes } from '../faults/armed.ts';
import type { Firmware } from '../firmware.ts';
import { type Call, type CommandTable, testOf } from './command.ts';

/** Longest user name and password (lte §2.1.1). */
const SECRET_LIMIT_BYTES = 127;
const APN_LIMIT_BYTES = 99;

/** Reads a context id. */
export function contextId({ firmware, fields }: Call, at = 0): number {
  const { min, max } = firmware.hardware.profile.contextIds;
  return fields.integer(at, 'contextID', min, max);
}

function configure(call: Call): void {
  const { firmware, reply, fields } = call;
  const { contextTypes, savesPasswordForCdma, toleratesMissingPassword } = firmware.hardware.profile;
  const maxFields = savesPasswordForCdma ? 7 : 6;
  fields.expectCount(1, maxFields);
  const id = contextId(call);
  if (fields.count === 1) {
    const { type, apn, username, password, authentication } = firmware.contexts.settingsOf(id);
    reply.info(`+QICSGP: ${type},"${apn}","${username}","${password}",${authentication}`).final('OK');
    return;
  }
  fields.expectCount(3, maxFields);
  const hasNumberForPassword = fields.count === 5 && fields.has(4) && !fields.isQuoted(4);
  const shift = toleratesMissingPassword && hasNumberForPassword ? -1 : 0;
  firmware.contexts.get(id).settings = {
    type: fields.integer(1, 'context_type', contextTypes.min, contextTypes.max),
    apn: fields.string(2, 'APN', APN_LIMIT_BYTES),
    username: fields.string(3, 'username', SECRET_LIMIT_BYTES, ''),
    password: shift ? '' : fields.string(4, 'password', SECRET_LIMIT_BYTES, ''),
    authentication: fields.integer(5 + shift, 'authentication', 0, 3, 0),
  };
  fields.integer(6, 'cdma_pwd', 0, 1, 0);
  reply.final('OK');
}

/** Starts to activate a context; `done` gets 0 or an error number.
 *
 * @throws Refusal when its state does not allow it.
 */
export function beginActivation(
  firmware: Firmware,
  context: VirtualContext,
  done: (error: number) => void,
): void {
  const { hardware } = firmware;
  if (context.state === 'lost') {
    throw new Refusal({
      code: 572,
      violation: 'the context was lost and needs AT+QIDEACT first (lte §2.2.5)',
    });
  }
  if (context.settings === undefined) throw new Refusal({ code: 573 });
  refuseBusy(context);
  if (context.state === 'active') throw new Refusal({ code: 561 });
  if (firmware.contexts.occupied.length >= hardware.profile.maxActiveContexts)
    throw new Refusal({ code: 561 });
  const isRefused = takeTimes(hardware.armed, 'refuseActivation');
  context.state = 'activating';
  firmware.timers.after(hardware.timing.activateMs, () => {
    const granted = !isRefused && firmware.registration.isAttached;
    context.state = granted ? 'active' : 'deactivated';
    hardware.record('context', `${context.id} ${granted ? 'active' : 'activation refused'}`);
    done(granted ? 0 : 561);
  });
}

/** Starts to deactivate a context, which takes its sockets along.
 *
 * @throws Refusal when its state does not allow it.
 */
export function beginDeactivation(firmware: Firmware, context: VirtualContext, done: () => void): void {
  refuseBusy(context);
  if (context.state === 'deactivated') throw new Refusal({ code: 562 });
  context.state = 'deactivating';
  firmware.timers.after(firmware.hardware.timing.deactivateMs, () => {
    context.state = 'deactivated';
    firmware.resetContext(context.id);
    firmware.hardware.record('context', `${context.id} deactivated`);
    done();
  });
}

function refuseBusy({ state }: VirtualContext): void {
  if (state === 'activating' || state === 'deactivating') throw new Refusal({ code: 568 });
}

function activate(call: Call): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(1, 1);
  beginActivation(firmware, firmware.contexts.get(contextId(call)), (error) => {
    if (error === 0) reply.final('OK');
    else firmware.refuse(reply, { code: error, cme: 30 }, true);
  });
}

function deactivate(call: Call): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(1, 1);
  beginDeactivation(firmware, firmware.contexts.get(contextId(call)), () => reply.final('OK'));
}

function listActive({ firmware, reply }: Call): void {
  const lines = firmware.contexts.active.map(
    (context) => `+QIACT: ${context.id},1,${describeAddresses(context)}`,
  );
  reply.info(...lines).final('OK');
}

/** Answers the test form of a command that takes a context id alone. */
const contextIdTest =
  (name: string) =>
  ({ firmware, reply }: Call): void => {
    const { min, max } = firmware.hardware.profile.contextIds;
    reply.info(`${name}: (${min}-${max})`).final('OK');
  };

/** See the head of the file. */
export const contextCommands: CommandTable = {
  '+QICSGP': { family: 'tcpip', test: testOf('+QICSGP'), write: configure },
  '+QIACT': { family: 'tcpip', test: contextIdTest('+QIACT'), read: listActive, write: activate },
  '+QIDEACT': { family: 'tcpip', test: contextIdTest('+QIDEACT'), write: deactivate },
};
