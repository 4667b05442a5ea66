import { type PowerControl, resetFailure } from './power.ts';

/** Resets by command: `AT+CFUN=1,1`, a full restart of the module's firmware. Safe, but needs a module that listens. */
export function atReset(): PowerControl {
  return {
    description: 'AT+CFUN=1,1',
    reachesSilentModule: false,
    async reset(request) {
      const failed = (cause: unknown) =>
        resetFailure(
          request,
          'reset by AT+CFUN=1,1',
          cause,
          'a module that does not answer can be reset by lineReset() or commandReset()',
        );
      if (request.signal.aborted) throw failed(request.signal.reason);
      try {
        await request.execute('AT+CFUN=1,1');
      } catch (error) {
        throw failed(error);
      }
    },
  };
}
