import { isModemError } from '../../errors.ts';
import { memoryNetwork, VirtualModule, virtualPort } from '../../simulator/index.ts';
import { VirtualClock } from '../../streams/clock.ts';

function setup(baud?: number) {
  const clock = new VirtualClock();
  const module = new VirtualModule({
    dialect: 'lte',
    clock,
    network: memoryNetwork(clock),
    ...(baud === undefined ? {} : { baud }),
  });
  const port = virtualPort(module);
  let text = '';
  port.bytes$.subscribe((bytes) => {
    text += Buffer.from(bytes).toString();
  });
  return { clock, module, port, text: () => text };
}

describe('virtualPort', () => {
  it('carries bytes both ways while it is open', async () => {
    const { clock, port, text } = setup();
    await port.open();
    await port.write(Buffer.from('AT\r'));
    await clock.advance(10);
    expect(text()).toBe('AT\r\r\nOK\r\n');
    await port.close();
    await port.close();
    await expect(port.write(Buffer.from('AT\r'))).rejects.toThrow(/is not open/);
    await port.open();
    await port.write(Buffer.from('AT\r'));
    await clock.advance(10);
    expect(text()).toBe('AT\r\r\nOK\r\nAT\r\r\nOK\r\n');
  });

  it('makes a writer wait for a slow line', async () => {
    const { clock, port, module } = setup(9600);
    await port.open();
    let done = false;
    const written = port.write(Buffer.alloc(1128, '\n')).then(() => {
      done = true;
    });
    await clock.advance(1000);
    expect(done).toBe(false);
    await clock.advance(50);
    expect(done).toBe(true);
    await written;
    module.dispose();
  });

  it('vanishes with the fault portLost, and comes back', async () => {
    const { clock, port, module } = setup(300);
    const lost: unknown[] = [];
    port.lost$.subscribe((error) => lost.push(error));
    await port.open();
    const write = port.write(Buffer.alloc(1000));
    const outcome = expect(write).rejects.toMatchObject({ code: 'PORT_LOST' });
    module.inject({ kind: 'portLost', forMs: 2000 });
    await outcome;
    expect(lost).toHaveLength(1);
    expect(isModemError(lost[0], 'PORT_LOST')).toBe(true);
    await expect(port.open()).rejects.toMatchObject({ code: 'PORT_NOT_FOUND' });
    await clock.advance(2000);
    await port.open();
    expect(lost).toHaveLength(1);
    module.dispose();
  });
});
