// The mail server of the tests: on loopback, for as long as its standard input stays open. So it ends with the process
// that started it, however that ends. Prints its port, and then each mail that it took, as a line of JSON.
//   node server.js [USER PASSWORD]
// Addresses that begin with "left-" are unknown to it, and those with "grey-" are refused the first time.
// MAIL_CERTIFICATE and MAIL_KEY name PEM files for STARTTLS, in the place of a certificate that nobody trusts.
'use strict';

const { readFileSync } = require('node:fs');
const { SMTPServer } = require('smtp-server');

const [user, password] = process.argv.slice(2);
const { MAIL_CERTIFICATE: certificate, MAIL_KEY: key } = process.env;
const greeted = new Set();
process.stdin.resume();
process.stdin.on('end', () => process.exit());

const server = new SMTPServer({
  ...(certificate && { cert: readFileSync(certificate), key: readFileSync(key) }),
  authOptional: !user,
  allowInsecureAuth: true,
  // Names come from a resolver otherwise.
  disableReverseLookup: true,
  onAuth: (auth, _, answer) =>
    auth.username === user && auth.password === password
      ? answer(null, { user })
      : answer(new Error('wrong name or password')),
  // As one that knows its people: whoever has left is refused.
  onRcptTo: ({ address }, _, answer) => {
    if (address.startsWith('left-')) {
      return answer(Object.assign(new Error('no such user'), { responseCode: 550 }));
    }
    if (address.startsWith('grey-') && !greeted.has(address)) {
      greeted.add(address);
      return answer(Object.assign(new Error('come again later'), { responseCode: 450 }));
    }
    // Known, and gone meanwhile.
    return address.startsWith('grey-left') ? answer(Object.assign(new Error('no such user'), { responseCode: 550 })) : answer();
  },
  onData: (stream, session, taken) => {
    const parts = [];
    stream.on('data', (part) => parts.push(part));
    stream.on('end', () => {
      const { envelope, secure } = session;
      console.log(
        JSON.stringify({
          from: envelope.mailFrom.address,
          to: envelope.rcptTo.map((recipient) => recipient.address),
          user: session.user ?? null,
          secure,
          data: Buffer.concat(parts).toString('utf8'),
        }),
      );
      taken();
    });
  },
});
server.on('error', () => {});
server.listen(0, '127.0.0.1', () => console.log(server.server.address().port));
