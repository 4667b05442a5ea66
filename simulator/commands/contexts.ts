/** PDP contexts (lte §2.1.1 to §2.1.3). */
import { CONTEXT_IDS, describeContext, MAX_ACTIVE_CONTEXTS } from '../contexts.ts';
import { Refusal } from '../errors.ts';
import type { Call, CommandTable } from './command.ts';

/** Longest user name and password (lte §2.1.1). */
const SECRET_LIMIT_BYTES = 127;
const APN_LIMIT_BYTES = 99;

/** Reads a context id. */
export function contextId({ fields }: Call, at = 0): number {
  return fields.integer(at, 'contextID', CONTEXT_IDS.min, CONTEXT_IDS.max);
}

function configure(call: Call): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(1, 7);
  const id = contextId(call);
  if (fields.count === 1) {
    const { type, apn, username, password, authentication } = firmware.contexts.settingsOf(id);
    reply.info(`+QICSGP: ${type},"${apn}","${username}","${password}",${authentication}`).final('OK');
    return;
  }
  fields.expectCount(3, 7);
  // The example of lte §3.1.1 leaves the password out: 1,1,"UNINET","",1
  const shift = fields.count === 5 && fields.has(4) && !fields.isQuoted(4) ? -1 : 0;
  firmware.contexts.get(id).settings = {
    type: fields.integer(1, 'context_type', 1, 3),
    apn: fields.string(2, 'APN', APN_LIMIT_BYTES),
    username: fields.string(3, 'username', SECRET_LIMIT_BYTES, ''),
    password: shift ? '' : fields.string(4, 'password', SECRET_LIMIT_BYTES, ''),
    authentication: fields.integer(5 + shift, 'authentication', 0, 3, 0),
  };
  fields.integer(6, 'cdma_pwd', 0, 1, 0);
  reply.final('OK');
}

function activate(call: Call): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(1, 1);
  const context = firmware.contexts.get(contextId(call));
  const { hardware } = firmware;
  if (context.state === 'lost') {
    throw new Refusal({
      code: 572,
      violation: 'the context was lost and needs AT+QIDEACT first (lte §2.2.5)',
    });
  }
  if (context.settings === undefined) throw new Refusal({ code: 573 });
  if (context.state !== 'deactivated') throw new Refusal({ code: 561 });
  if (firmware.contexts.active.length >= MAX_ACTIVE_CONTEXTS) throw new Refusal({ code: 561 });
  const refusal = hardware.armed.take('refuseActivation');
  if (refusal?.times !== undefined && refusal.times > 1) {
    hardware.armed.arm({ kind: 'refuseActivation', times: refusal.times - 1 });
  }
  context.state = 'activating';
  firmware.timers.after(hardware.timing.activateMs, () => {
    const granted = refusal === undefined && firmware.registration.isAttached;
    context.state = granted ? 'active' : 'deactivated';
    hardware.record('context', `${context.id} ${granted ? 'active' : 'activation refused'}`);
    if (granted) reply.final('OK');
    else firmware.refuse(reply, { code: 561, cme: 30 }, true);
  });
}

function deactivate(call: Call): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(1, 1);
  const context = firmware.contexts.get(contextId(call));
  if (context.state !== 'active' && context.state !== 'lost') throw new Refusal({ code: 562 });
  context.state = 'deactivating';
  firmware.timers.after(firmware.hardware.timing.deactivateMs, () => {
    context.state = 'deactivated';
    firmware.sockets.resetContext(context.id);
    firmware.hardware.record('context', `${context.id} deactivated`);
    reply.final('OK');
  });
}

function listActive({ firmware, reply }: Call): void {
  reply.info(...firmware.contexts.active.map(describeContext)).final('OK');
}

/** See the head of the file. */
export const contextCommands: CommandTable = {
  '+QICSGP': {
    family: 'tcpip',
    test: '+QICSGP: (1-16),(1-3),<APN>,<username>,<password>,(0-3),(0-1)',
    write: configure,
  },
  '+QIACT': { family: 'tcpip', test: '+QIACT: (1-16)', read: listActive, write: activate },
  '+QIDEACT': { family: 'tcpip', test: '+QIDEACT: (1-16)', write: deactivate },
};
