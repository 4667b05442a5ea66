/** How a context of gsm comes up and goes down (gsm §5.5, §5.6). */
import { Refusal } from '../errors.ts';
import { takeTimes } from '../faults/armed.ts';
import type { Firmware } from '../firmware.ts';
import type { GsmContext } from './stack.ts';

/** Activates a context, or joins those who wait for it. `done` is told whether the network granted it.
 *
 * @throws Refusal when the state of the contexts does not allow it.
 */
export function bringUp(firmware: Firmware, context: GsmContext, done: (granted: boolean) => void): void {
  const { pdp } = context;
  checkBringUp(firmware, context);
  if (pdp.state === 'active') {
    done(true);
    return;
  }
  context.waiters.push(done);
  if (pdp.state === 'activating') return;
  begin(firmware, context);
}

function begin(firmware: Firmware, context: GsmContext): void {
  const { hardware } = firmware;
  const { pdp } = context;
  const isRefused = takeTimes(hardware.armed, 'refuseActivation');
  pdp.state = 'activating';
  context.activatingSinceMs = hardware.clock.now();
  context.cancelActivation = firmware.timers.after(hardware.timing.activateMs, () => {
    const granted = !isRefused && firmware.registration.isAttached;
    pdp.state = granted ? 'active' : 'deactivated';
    context.isRegistered = granted || context.isRegistered;
    context.wasClosed = false;
    hardware.record('context', `${pdp.id} ${granted ? 'active' : 'activation refused'}`);
    for (const waiter of context.waiters.splice(0)) waiter(granted);
  });
}

/** Refuses what the state of the contexts does not allow: after +PDP DEACT only AT+QIDEACT helps (gsm §6.3), and there is
 * no transparent mode beside another active context (gsm §7.2). */
export function checkBringUp(firmware: Firmware, context: GsmContext): void {
  const { state } = context.pdp;
  if (state === 'lost' || state === 'deactivating') throw new Refusal({ code: 570 });
  if (state === 'active') return;
  const other = firmware.gsm.besides(context);
  const isTransparent = context.mode === 1 || other.mode === 1;
  if (!isTransparent || other.pdp.state === 'deactivated') return;
  throw new Refusal({
    code: 572,
    violation: 'no transparent mode while the other context is active (gsm §7.2)',
  });
}

/** Deactivates a context, which takes its connections along; back to IP INITIAL. */
export function bringDown(firmware: Firmware, context: GsmContext, done: () => void): void {
  const { pdp } = context;
  context.cancelActivation();
  const finish = (): void => {
    pdp.state = 'deactivated';
    context.isRegistered = false;
    context.hasAddress = false;
    context.wasClosed = false;
    context.waiters = [];
    for (const socket of firmware.sockets.all) {
      if (socket.request.contextId === pdp.id) firmware.notices.withdraw(socket);
    }
    firmware.resetContext(pdp.id);
    firmware.hardware.record('context', `${pdp.id} deactivated`);
    done();
  };
  if (pdp.state === 'deactivated') {
    finish();
    return;
  }
  pdp.state = 'deactivating';
  firmware.timers.after(firmware.hardware.timing.deactivateMs, finish);
}
