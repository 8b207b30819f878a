using Surety.Core.Migrations.Runs;
using Surety.Core.Postgres;
using Surety.IntegrationTests.Cli;
using Surety.Testing;

namespace Surety.IntegrationTests.Migrations;

/// <summary>The program beside a folder of migrations and a database.</summary>
internal sealed class MigrationProgram : IDisposable
{
    private MigrationProgram(SuretyProgram surety, ConnectionTarget database) =>
        (Surety, Database) = (surety, database);

    public SuretyProgram Surety { get; }
    public ConnectionTarget Database { get; }
    public string Folder => Path.Combine(Surety.Folder, "migrations");

    public static async Task<MigrationProgram> OnAsync(PostgresFixture postgres, string schema = "")
    {
        var database = await postgres.CreateDatabaseAsync();
        if (schema.Length > 0)
        {
            await PostgresFixture.ExecuteAsync(database, schema);
        }

        var program = new MigrationProgram(await SuretyProgram.OnAsync(database), database);
        Directory.CreateDirectory(program.Folder);
        return program;
    }

    public void Write(string file, string sql)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, sql);
    }

    /// <summary>Runs <c>surety migrate migrations ...</c>.</summary>
    public Task<ProgramRun> RunAsync(params string[] options) =>
        Surety.RunAsync(["migrate", "migrations", "--json", .. options]);

    public Task<ProgramRun> DownAsync(params string[] options) =>
        Surety.RunAsync(["migrate", "down", "migrations", "--json", .. options]);

    /// <summary>How each version stands: <c>1 done, 2 pending</c>.</summary>
    public async Task<string> StatusAsync()
    {
        var status = await MigrationStatus.ReadAsync(Folder, "migrations", Database, CancellationToken.None);
        return string.Join(", ", status.Migrations.Select(m => $"{m.Version ?? m.Name} {m.State}"));
    }

    public Task<T> ScalarAsync<T>(string sql) => PostgresFixture.ScalarAsync<T>(Database, sql);

    public Task ExecuteAsync(string sql) => PostgresFixture.ExecuteAsync(Database, sql);

    public void Dispose() => Surety.Dispose();
}
