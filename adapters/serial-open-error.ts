import type { ModemError } from '../errors.ts';
import { messageOf } from './foreign-error.ts';
import { openError } from './transport.ts';

type Code = Parameters<typeof openError>[0];

/** serialport reports by text alone: the C library's on POSIX, its own on Windows. First match wins. */
const REASONS: readonly (readonly [RegExp, Code, string])[] = [
  [
    /cannot lock|temporarily unavailable|resource busy/i,
    'PORT_BUSY',
    'another program uses it: look with `fuser -v <path>`, often it is ModemManager, gpsd or a second agent',
  ],
  [
    /no such (file|device)|file not found/i,
    'PORT_NOT_FOUND',
    'check cable and power, then look with `ls /dev/tty*`; a USB module can come back under another name',
  ],
  [
    /permission denied|access denied|not permitted/i,
    'PORT_DENIED',
    'let the user into the group that owns the device (`sudo usermod -aG dialout $USER`, log in again); on Windows another program may hold it',
  ],
  [
    /inappropriate ioctl|is a directory|not a (tty|typewriter)|invalid argument/i,
    'PORT_OPEN_FAILED',
    'this is not a serial port: give the path of a terminal device such as /dev/ttyUSB2 or /dev/serial0',
  ],
  [
    /input\/output error/i,
    'PORT_OPEN_FAILED',
    'the device node exists but no hardware answers behind it: is it the right UART, and switched on?',
  ],
  [
    /baud/i,
    'PORT_OPEN_FAILED',
    'the driver cannot do this baud rate: use 115200, or one that the adapter supports',
  ],
];

/** Turns what serialport says about a failed open into a coded error with something to try. */
export function serialOpenError(port: string, error: unknown): ModemError {
  const text = messageOf(error).replace(/^Error:?\s*/, '');
  const [, code, advice] = REASONS.find(([pattern]) => pattern.test(text)) ?? [
    undefined,
    'PORT_OPEN_FAILED' as const,
    'check the device and the options of the port',
  ];
  return openError(code, port, text, advice, error);
}

/** The native part of serialport is missing or does not fit this platform. */
export function nativeBindingError(port: string, error: unknown): ModemError {
  const advice = `run \`npm rebuild @serialport/bindings-cpp\` on this machine (${process.platform} ${process.arch})`;
  return openError(
    'PORT_OPEN_FAILED',
    port,
    `serialport cannot be loaded: ${messageOf(error)}`,
    advice,
    error,
  );
}
