import { parseCommandLine, parseCommandLines } from '../../streams/command-line.ts';

describe('a command line', () => {
  it.each([
    ['AT+CSQ', '+CSQ', 'execute', []],
    ['AT+CPIN?', '+CPIN', 'read', []],
    ['AT+QIRD=?', '+QIRD', 'test', []],
    ['AT+QIRD=0,1500', '+QIRD', 'write', [0, 1500]],
    ['AT+QICFG="viewmode",1', '+QICFG', 'write', ['viewmode', 1]],
    ['AT+QIOPEN=1,0,"TCP","a,b",80,0,2', '+QIOPEN', 'write', [1, 0, 'TCP', 'a,b', 80, 0, 2]],
    ['AT+QISACK=', '+QISACK', 'write', ['']],
    ['AT+QIRD="=?"', '+QIRD', 'write', ['=?']],
    ['at+qird=0,10', '+QIRD', 'write', [0, 10]],
    ['AT+CREG ?', '+CREG', 'read', []],
    ['AT+CREG = 2', '+CREG', 'write', [2]],
    ['AT+C5GREG?', '+C5GREG', 'read', []],
    ['AT^SICI?', '^SICI', 'read', []],
    ['AT%X', '%X', 'execute', []],
    ['AT$QCPWRDN', '$QCPWRDN', 'execute', []],
    ['AT#XSOCKET=1', '#XSOCKET', 'write', [1]],
    ['AT*MCGDEFCONT=1', '*MCGDEFCONT', 'write', [1]],
    ['AT', '', 'execute', []],
    ['ATE0', 'E', 'execute', [0]],
    ['ate1', 'E', 'execute', [1]],
    ['ATO', 'O', 'execute', []],
    ['AT&D1', '&D', 'execute', [1]],
    ['AT&F', '&F', 'execute', []],
    ['ATD*99#', 'D', 'execute', []],
    ['ATV10', 'V', 'execute', [10]],
    ['', '', 'execute', []],
    ['hello', '', 'execute', []],
    ['+CSQ', '', 'execute', []],
    ['AT+', '', 'execute', []],
    ['xAT+CSQ', '', 'execute', []],
  ])('is read from %j as name %j in the %s form', (text, name, form, fields) => {
    expect(parseCommandLine(text)).toEqual({ name, form, fields });
  });

  it('is read up to the first semicolon as far as its name and form go', () => {
    expect(parseCommandLine('AT+CSQ;+CREG?')).toEqual({ name: '+CSQ', form: 'execute', fields: [] });
  });
});

describe('the names of a chain', () => {
  it.each([
    ['AT+CSQ', ['+CSQ']],
    ['AT+CSQ;+CREG?;+CGREG?', ['+CSQ', '+CREG', '+CGREG']],
    ['AT+CSQ; +CREG?', ['+CSQ', '+CREG']],
    ['ATE0;+CSQ', ['E', '+CSQ']],
    ['at+csq;+creg?', ['+CSQ', '+CREG']],
    ['AT+CMGS="a;+b";+CSQ', ['+CMGS', '+CSQ']],
    ['AT+X="open;+CSQ', ['+X']],
    ['AT+CSQ;', ['+CSQ']],
    ['AT;;+CSQ', ['+CSQ']],
    ['AT', ['']],
    ['ATE0', ['E']],
    ['', ['']],
  ])('in %j are %j', (text, names) => {
    expect(parseCommandLines(text).map(({ name }) => name)).toEqual(names);
  });
});
