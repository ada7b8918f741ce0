// Damaged files: what mote and the standard interpreter say about each. mote may refuse more, but must never crash, and
// what both accept must give outputs of the same size.
//   node verdicts.cjs MOTE COUNT SEED.tflite...
// Every file is made from a seed by a few changed bytes, deterministically; the table counts the verdicts.
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const { spawnSync } = require('child_process');
const { start, isInstalled } = require('./litert.cjs');

let state = 0x12345678;
function random(n) { state ^= state << 13; state ^= state >>> 17; state ^= state << 5; state >>>= 0; return state % n; }

function damaged(bytes) {
  const out = Buffer.from(bytes);
  const changes = 1 + random(3);
  for (let i = 0; i < changes; ++i) {
    const at = random(out.length);
    switch (random(5)) {
      case 0: out[at] ^= 1 << random(8); break;
      case 1: out[at] = random(256); break;
      case 2: out[at] = [0, 1, 127, 128, 255][random(5)]; break;
      case 3: if (at + 4 <= out.length) out.writeInt32LE([0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 65536][random(6)], at); break;
      default: if (random(20) === 0) return Buffer.from(out.subarray(0, at));
    }
  }
  return out;
}

async function main(mote, count, seeds) {
  if (!isInstalled()) { console.log('the standard interpreter is not installed (./dev setup)'); process.exit(77); }
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'verdicts-'));
  const file = path.join(work, 'x.tflite'), input = path.join(work, 'in'), output = path.join(work, 'out');
  let litert = await start();
  const table = new Map(), reasons = new Map(), stricter = new Map();
  let bad = 0;
  const add = (map, key) => map.set(key, (map.get(key) || 0) + 1);
  for (let i = 0; i < count; ++i) {
    const seed = seeds[i % seeds.length];
    fs.writeFileSync(file, damaged(fs.readFileSync(seed)));
    const told = spawnSync(mote, ['summary', file, '--json'], { encoding: 'utf8' });
    if (told.status !== 0 && told.status !== 1) { ++bad; console.log(`mote ended with ${told.status} ${told.signal}`); fs.copyFileSync(file, `damaged-${i}.tflite`); }
    if (told.status === 1 && !told.stderr.trim()) { ++bad; console.log('mote refused without a sentence'); }
    const ours = told.status === 0 ? 'accepts' : 'refuses';
    let theirs, reason = '';
    try {
      const run = await litert.load(file);
      const size = told.status === 0 ? JSON.parse(told.stdout).inputs?.reduce((n, t) => n + t.bytes, 0) : undefined;
      if (size !== undefined) {
        const result = run(Buffer.alloc(size));
        fs.writeFileSync(input, Buffer.alloc(size));
        const ran = spawnSync(mote, ['run', file, '--input', input, '--output', output]);
        if (ran.status !== 0 || fs.readFileSync(output).length !== result.length) { ++bad; console.log(`outputs differ in size: ${seed} ${i}`); }
      }
      theirs = 'accepts';
    } catch (e) {
      theirs = e instanceof WebAssembly.RuntimeError ? 'crashes' : 'refuses';
      reason = String(e.message).split('\n').find((l) => /ERROR/.test(l)) || String(e.message).split('\n')[0];
      litert = await start();
    }
    add(table, `mote ${ours}, LiteRT ${theirs}`);
    if (ours === 'refuses' && theirs === 'accepts') add(stricter, told.stderr.trim().replace(file, '').replace(/\d+/g, 'N').slice(0, 130));
    if (ours === 'accepts' && theirs !== 'accepts') add(reasons, reason.replace(/\d+/g, 'N').slice(0, 110));
  }
  fs.rmSync(work, { recursive: true });
  for (const [key, n] of [...table].sort()) console.log(`${key}: ${n}`);
  console.log('why LiteRT refuses what mote accepts:');
  for (const [key, n] of [...reasons].sort((a, b) => b[1] - a[1])) console.log(`  ${n} x ${key}`);
  console.log('why mote refuses what LiteRT accepts:');
  for (const [key, n] of [...stricter].sort((a, b) => b[1] - a[1])) console.log(`  ${n} x ${key}`);
  console.log(`${count} damaged files, ${bad} failures`);
  process.exit(bad ? 1 : 0);
}
const [, , mote, count, ...seeds] = process.argv;
main(mote, +count, seeds).catch((e) => { console.error(e); process.exit(1); });
