import { type PowerControl, type ResetRequest, resetFailure } from './power.ts';

const FOR_SILENT_MODULES = 'a module that does not answer can be reset by lineReset() or commandReset()';

/** Resets by command: `AT+CFUN=1,1`, a full restart of the module's firmware. Safe, but needs a module that listens. */
export function atReset(): PowerControl {
  return {
    description: 'AT+CFUN=1,1',
    reachesSilentModule: false,
    reset: (request) => executed(request, 'AT+CFUN=1,1', 'reset by AT+CFUN=1,1'),
  };
}

/** Executes one AT command of a reset. Rejects with `RESET_FAILED` or `STOPPED`. */
export async function executed(request: ResetRequest, command: string, attempt: string): Promise<void> {
  const failed = (cause: unknown) => resetFailure(request, attempt, cause, FOR_SILENT_MODULES);
  if (request.signal.aborted) throw failed(request.signal.reason);
  try {
    await request.execute(command);
  } catch (error) {
    throw failed(error);
  }
}
