/** The SIM card: PIN, IMSI, ICCID (27.007 §8.3). */
import { Refusal } from '../errors.ts';
import type { Firmware } from '../firmware.ts';
import type { Call, CommandTable } from './command.ts';

/** While the SIM starts it is first not there, then busy (protocol.md §10). */
function refuseWhileStarting(firmware: Firmware): void {
  const { clock, timing } = firmware.hardware;
  const leftMs = firmware.simReadyAtMs - clock.now();
  if (leftMs > timing.simReadyMs / 2) throw new Refusal({ cme: 10 });
  if (leftMs > 0) throw new Refusal({ cme: 14 });
  const { state, failure } = firmware.hardware.sim;
  if (state === 'absent') throw new Refusal({ cme: 10 });
  if (failure !== undefined) throw new Refusal({ cme: failure });
}

function needReadySim({ firmware }: Call): void {
  refuseWhileStarting(firmware);
  const { state } = firmware.hardware.sim;
  if (state !== 'READY') throw new Refusal({ cme: state === 'SIM PIN' ? 11 : 12 });
}

function enterPin({ firmware, reply, fields }: Call): void {
  fields.expectCount(1, 2);
  refuseWhileStarting(firmware);
  const { sim } = firmware.hardware;
  if (sim.state === 'READY') throw new Refusal({ cme: 3 });
  if (sim.state === 'SIM PUK' && fields.count === 1) throw new Refusal({ cme: 12 });
  // A PIN may stand without quotes; it is never a violation to try one.
  const [first, second] = [0, 1].map((at) => pinOf(fields, at));
  const accepted = fields.count === 1 ? sim.enterPin(first ?? '') : sim.enterPuk(first ?? '', second ?? '');
  if (!accepted) throw new Refusal({ cme: 16 });
  reply.final('OK');
  firmware.say('+CPIN', '+CPIN: READY');
  firmware.registration.search();
}

function pinOf(fields: Call['fields'], at: number): string {
  if (!fields.has(at)) return '';
  return fields.isQuoted(at)
    ? fields.string(at, 'pin', 8)
    : String(fields.integer(at, 'pin', 0, 99_999_999)).padStart(4, '0');
}

const afterPin =
  (line: string) =>
  (call: Call): void => {
    needReadySim(call);
    call.reply.info(line).final('OK');
  };

/** See the head of the file. */
export const simCommands: CommandTable = {
  '+CPIN': {
    test: '',
    read: ({ firmware, reply }) => {
      refuseWhileStarting(firmware);
      reply.info(`+CPIN: ${firmware.hardware.sim.state}`).final('OK');
    },
    write: enterPin,
  },
  '+CIMI': { test: '', execute: afterPin('001010123456789') },
  '+QCCID': { test: '', execute: afterPin('+QCCID: 89001012012341234120') },
};
