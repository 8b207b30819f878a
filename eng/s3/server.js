// The S3 server of the tests: on loopback, in a new folder, for as long as its standard input stays open. So it ends
// with the process that started it, however that ends. Prints its port.
//   node server.js BUCKET
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const os = require('os');
const path = require('path');

// s3rver writes its continuation tokens with DES, which OpenSSL 3 does not have any more. Triple DES with one key thrice
// is the same.
for (const name of ['createCipheriv', 'createDecipheriv']) {
  const original = crypto[name];
  crypto[name] = (cipher, key, iv) =>
    cipher === 'des' ? original('des-ede3-cbc', Buffer.concat([key, key, key]), iv) : original(cipher, key, iv);
}

const S3rver = require('s3rver');

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'surety-s3-'));
const remove = () => fs.rmSync(directory, { recursive: true, force: true });
process.on('exit', remove);
process.stdin.resume();
process.stdin.on('end', () => process.exit());

new S3rver({
  address: '127.0.0.1',
  port: 0,
  directory,
  silent: true,
  vhostBuckets: false,
  configureBuckets: [{ name: process.argv[2] }],
})
  .run()
  .then(({ port }) => console.log(port));
