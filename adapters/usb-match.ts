/** Names a USB port by what the device says of itself: unlike `/dev/ttyUSB2` it survives a re-enumeration. */
export interface UsbMatch {
  /** Hexadecimal, as `lsusb` prints it: `2c7c` is Quectel. */
  readonly vendorId: string;
  /** Hexadecimal: `0125` is the EC25. */
  readonly productId: string;
  /** Which of the module's ports; on most Quectel modules 2 is the AT port and 3 the modem port. */
  readonly interfaceNumber?: number;
  /** Tells two equal modules apart, where they have serial numbers at all. */
  readonly serialNumber?: string;
}

/** What is known of a port that exists; the part of serialport's `PortInfo` that matters here. */
export interface ListedPort {
  readonly path: string;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly pnpId?: string | undefined;
}

/** The ports that fit `match`. */
export function portsThatMatch(ports: readonly ListedPort[], match: UsbMatch): readonly ListedPort[] {
  return ports.filter(
    (port) =>
      sameHex(port.vendorId, match.vendorId) &&
      sameHex(port.productId, match.productId) &&
      (match.serialNumber === undefined || port.serialNumber === match.serialNumber) &&
      (match.interfaceNumber === undefined || interfaceOf(port) === match.interfaceNumber),
  );
}

/** `USB 2c7c:0125 interface 2`: the match as people would write it. */
export function nameOfMatch(match: UsbMatch): string {
  const which = match.interfaceNumber === undefined ? '' : ` interface ${match.interfaceNumber}`;
  const serial = match.serialNumber === undefined ? '' : ` serial number ${match.serialNumber}`;
  return `USB ${match.vendorId}:${match.productId}${which}${serial}`;
}

/** serialport has no field for it, but the names it passes on have: `…-if02-port0` on Linux, `…&MI_02\…` on Windows. */
function interfaceOf(port: ListedPort): number | undefined {
  const digits = /(?:-if|&MI_)([0-9a-f]{2})(?![0-9a-f])/i.exec(port.pnpId ?? '')?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

function sameHex(a: string | undefined, b: string): boolean {
  return a !== undefined && Number.parseInt(a, 16) === Number.parseInt(b, 16);
}
