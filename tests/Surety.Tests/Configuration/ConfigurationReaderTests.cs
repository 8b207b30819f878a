using Surety.Repository.Errors;

namespace Surety.Tests.Configuration;

public sealed class ConfigurationReaderTests : IDisposable
{
    private readonly SettingsFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a remark\n")]
    [InlineData("databases: {}\n")]
    public void A_file_may_say_nothing(string yaml)
    {
        folder.Write(yaml);

        folder.Load().FindDatabase().Connection.ShouldBeNull();
    }

    [Theory]
    [InlineData("database:\n", "surety.yaml:1: unknown key 'database'", "did you mean 'databases'?")]
    [InlineData(
        "colour: red\n",
        "surety.yaml:1: unknown key 'colour'",
        "known here: databases, repositories, retention, migrations, check, server, alerts"
    )]
    [InlineData(
        "databases:\n  shop:\n    url: x\n    repositry: main\n",
        "surety.yaml:4: unknown key 'databases.shop.repositry'",
        "did you mean 'repository'?"
    )]
    [InlineData(
        "repositories:\n  main:\n    sftp: host\n",
        "surety.yaml:3: unknown key 'repositories.main.sftp'",
        "known here: path, s3, endpoint, region, path_style, profile, access_key, access_key_file, secret_key, secret_key_file, session_token, passphrase, passphrase_file, key_file"
    )]
    [InlineData(
        "databases:\n  shop: { repository: main }\n",
        "surety.yaml:2: databases.shop has no url",
        "add one, for example: url: ${DATABASE_URL}"
    )]
    [InlineData(
        "repositories:\n  main: {}\n",
        "surety.yaml:2: repositories.main has neither a path nor an s3 address",
        "add one, for example: path: /var/backups/surety, or: s3: s3://bucket/prefix"
    )]
    [InlineData(
        "databases:\n  shop: postgres://ann:secret@db/shop\n",
        "surety.yaml:2: databases.shop has to be a mapping of names to values",
        "write it as 'name: value'"
    )]
    [InlineData(
        "- a\n- b\n",
        "surety.yaml:1: the document has to be a mapping of names to values",
        "write it as 'name: value'"
    )]
    [InlineData("databases:\n  shop:\n    url: [a, b]\n", "surety.yaml:3: databases.shop.url has to be a text", "")]
    [InlineData(
        "databases: {}\n---\nrepositories: {}\n",
        "surety.yaml:3: a second YAML document starts here",
        "keep one"
    )]
    [InlineData(
        "databases:\n  shop:\n    url: *secret\n",
        "surety.yaml: a value begins with * and is no alias",
        "put quotes around a text that begins with *"
    )]
    [InlineData(
        "databases:\n  shop:\n    url: 'secret\n",
        "surety.yaml:3: not valid YAML near column 10",
        "check indentation, colons, quotes and keys that occur twice"
    )]
    [InlineData(
        "databases:\n  shop: { url: a }\n  shop: { url: b }\n",
        "surety.yaml:3: not valid YAML near column 3",
        "check indentation, colons, quotes and keys that occur twice"
    )]
    [InlineData(
        "databases:\n  shop:\n    url: x\n    drill:\n      assertion: []\n",
        "surety.yaml:5: unknown key 'databases.shop.drill.assertion'",
        "did you mean 'assertions'?"
    )]
    [InlineData(
        "databases:\n  shop:\n    url: x\n    drill:\n      assertions: SELECT true\n",
        "surety.yaml:5: databases.shop.drill.assertions has to be a list",
        "write each item on a line that begins with '- '"
    )]
    [InlineData(
        "databases:\n  shop:\n    url: x\n    drill:\n      assertions:\n      - SELECT true\n      - name: y\n",
        "surety.yaml:7: databases.shop.drill.assertions[2] has no sql",
        "add a query with one value, for example: sql: SELECT count(*) > 0 FROM orders"
    )]
    [InlineData(
        "databases:\n  shop:\n    url: x\n    drill:\n      assertions:\n      - { sql: a, expected: 5 }\n",
        "surety.yaml:6: unknown key 'databases.shop.drill.assertions[1].expected'",
        "did you mean 'expect'?"
    )]
    [InlineData(
        "migrations:\n  rehearse: often\n",
        "surety.yaml:2: migrations.rehearse cannot be 'often'",
        "it is auto, always, never"
    )]
    [InlineData(
        "databases:\n  shop:\n    url: x\n    schedule:\n      timeout: 60d\n",
        "surety.yaml:5: databases.shop.schedule.timeout is longer than 30d",
        "write it as 30m, or 0 for none"
    )]
    [InlineData(
        "alerts:\n  heartbeat:\n    url: x\n    every: 50d\n",
        "surety.yaml:4: alerts.heartbeat.every is longer than 30d",
        "write it as 5m"
    )]
    [InlineData("server:\n  grace: 0\n", "surety.yaml:2: server.grace has to be a duration", "write it as 30s")]
    [InlineData(
        "migrations:\n  lock-timeout: long\n",
        "surety.yaml:2: migrations.lock-timeout has to be a duration",
        "write it as 5s or 500ms"
    )]
    [InlineData(
        "databases:\n  shop:\n    url: x\n    migrations:\n      allow: high\n",
        "surety.yaml:5: unknown key 'databases.shop.migrations.allow'",
        "known here: rehearse, lock-timeout, on-failure"
    )]
    [InlineData(
        "check:\n  ignore:\n  - drop-table\n",
        "surety.yaml:3: check.ignore[1] ignores drop-table without a reason",
        "write it as: - { rule: drop-table, reason: why nobody here needs it }"
    )]
    [InlineData(
        "check:\n  ignore:\n  - { rule: drop-tabel, reason: we never do }\n",
        "surety.yaml:3: check.ignore[1].rule: there is no rule 'drop-tabel'",
        "did you mean 'drop-table'?"
    )]
    [InlineData(
        "check:\n  ignore:\n  - { rule: no-char, reason: a }\n  - { rule: no-char, reason: b }\n",
        "surety.yaml:4: check.ignore[2] ignores no-char, which is ignored above",
        "keep one of them"
    )]
    [InlineData(
        "databases:\n  shop:\n    url: x\n    check:\n      fail-on: severe\n",
        "surety.yaml:5: databases.shop.check.fail-on cannot be 'severe'",
        "it is none, low, medium, high"
    )]
    [InlineData(
        "check:\n  postgres: 8\n",
        "surety.yaml:2: check.postgres has to be a major version of PostgreSQL from 9 on",
        "write it as 18; leave it out for the newest"
    )]
    public void A_mistake_is_named_with_its_line(string yaml, string fact, string hint)
    {
        folder.Write(yaml);

        var exception = Should.Throw<SuretyException>(() => folder.Load());

        exception.Code.ShouldBe(ErrorCode.InvalidConfiguration);
        exception.Message.ShouldBe($"{fact}; nothing was done");
        (exception.Hint ?? "").ShouldBe(hint);
        exception.ToString().ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("${URL}", "postgres://db/shop")]
    [InlineData("postgres://${USER_NAME}:${PASS}@db", "postgres://ann:s3cret@db")]
    [InlineData("'cost $5 {here}'", "cost $5 {here}")]
    public void Variables_are_expanded(string written, string expanded)
    {
        folder.Write($"databases:\n  shop:\n    url: {written}\n");

        folder
            .Load(null, null, null, ("URL", "postgres://db/shop"), ("USER_NAME", "ann"), ("PASS", "s3cret"))
            .FindDatabase()
            .Connection.ShouldBe(expanded);
    }

    [Theory]
    [InlineData("'${}'", "databases.shop.url holds a '${' that names no variable")]
    [InlineData("'${1X}'", "databases.shop.url holds a '${' that names no variable")]
    [InlineData("'${PASS'", "databases.shop.url holds a '${' that names no variable")]
    [InlineData("''", "databases.shop.url is empty")]
    [InlineData("${EMPTY}", "databases.shop.url needs the environment variable EMPTY, which is not set")]
    public void A_value_that_cannot_be_expanded_is_refused(string written, string fact)
    {
        folder.Write($"databases:\n  shop:\n    url: {written}\n");
        var settings = folder.Load(null, null, null, ("PASS", "s3cret"), ("EMPTY", ""));

        Should
            .Throw<SuretyException>(() => settings.FindDatabase())
            .Message.ShouldBe($"surety.yaml:3: {fact}; nothing was done");
    }
}
