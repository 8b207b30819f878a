// Counts what squawk names and whether Surety does, statement by statement; see compare.sh.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

// The same pairs as in SquawkFixtureTests.cs.
const counterparts = JSON.parse(fs.readFileSync(path.join(__dirname, "counterparts.json"), "utf8"));
const rules = new Map();
const surety = new Map();

for (const file of process.argv.slice(2)) {
  count(JSON.parse(fs.readFileSync(file, "utf8")), read(file.replace(".squawk.", ".surety.")));
}

print();

/** Surety's statements by file: first and last line, and the rules that speak. */
function read(file) {
  const byFile = new Map();
  for (const statement of JSON.parse(fs.readFileSync(file, "utf8")).statements) {
    const name = path.resolve(statement.file);
    const last = statement.line + statement.sql.split("\n").length - 1;
    const spoken = new Set(statement.findings.map((f) => f.rule));
    byFile.set(name, [...(byFile.get(name) ?? []), { first: statement.line, last, spoken }]);
    for (const rule of spoken) {
      surety.set(rule, (surety.get(rule) ?? 0) + 1);
    }
  }
  return byFile;
}

function count(findings, statements) {
  for (const finding of findings) {
    const all = statements.get(path.resolve(finding.file)) ?? [];
    // squawk counts lines from 0.
    const line = finding.line + 1;
    const there = all.filter((s) => s.first <= line && line <= s.last);
    // A timeout is asked for once a file, by each at the statement that it thinks of.
    const where = finding.rule_name.endsWith("-timeout") ? all : there;
    const wanted = counterparts[finding.rule_name] ?? [];
    const row = rules.get(finding.rule_name) ?? { squawk: 0, both: 0 };
    row.squawk += 1;
    row.both += where.some((s) => wanted.some((rule) => s.spoken.has(rule))) ? 1 : 0;
    rules.set(finding.rule_name, row);
    if (process.env.SHOW === finding.rule_name && !where.some((s) => wanted.some((rule) => s.spoken.has(rule)))) {
      console.error(`${finding.file}:${line} ${finding.message}`);
    }
  }
}

function print() {
  console.log("| squawk | names | Surety's rule | names of those |");
  console.log("| --- | --- | --- | --- |");
  const names = [...new Set([...Object.keys(counterparts), ...rules.keys()])].sort();
  for (const name of names) {
    const { squawk, both } = rules.get(name) ?? { squawk: 0, both: 0 };
    console.log(`| ${name} | ${squawk} | ${(counterparts[name] ?? ["none"]).join(", ")} | ${both} |`);
  }
  const matched = new Set(Object.values(counterparts).flat());
  const more = [...surety].filter(([rule]) => !matched.has(rule)).sort((a, b) => b[1] - a[1]);
  console.log(`\nOnly Surety, in statements: ${more.map(([rule, times]) => `${rule} ${times}`).join(", ")}.`);
}
