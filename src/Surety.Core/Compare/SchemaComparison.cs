using Surety.Core.Postgres;
using Surety.Core.Postgres.Schema;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Compare;

/// <summary>
/// Compares the schema of a database with a backup's. PostgreSQL prints some expressions differently once they have been
/// restored, with the same meaning (seen: <c>varchar = ANY ((ARRAY[...])::text[])</c>), and restores columns of
/// inheritance children in another order. So where the texts differ, both schemas are loaded into a scratch server, and
/// what that prints is compared: after one more reload the print is a fixed point.
/// </summary>
internal sealed class SchemaComparison(ToolLocator tools, ObjectStore objects, OperationProgress progress)
{
    /// <summary>False for a database that was restored without owners and grants.</summary>
    public bool Owners { get; init; } = true;

    // Before 18, a NOT NULL constraint had no name (release notes of PostgreSQL 18).
    private const int NamesNotNull = 18;

    public async Task<SchemaComparisonReport> RunAsync(
        int backupMajor,
        BackupContents backup,
        LockedSnapshot snapshot,
        CancellationToken cancellationToken
    )
    {
        progress.Begin("comparing schemas");
        var client = await tools.ClientForAsync(snapshot.Server.Major, cancellationToken);
        var filter = RowComparison.Filter(backup);
        var sequences = await snapshot.Catalog.ReadSequencesAsync(filter, cancellationToken);
        using var archive = new MemoryStream();
        await SchemaArchive.DumpAsync(
            client,
            snapshot,
            filter,
            sequences,
            (output, token) => output.CopyToAsync(archive, token),
            cancellationToken
        );
        archive.Position = 0;
        var database = await SchemaText.FromArchiveAsync(client, archive, cancellationToken);
        var kept = await SchemaText.FromBackupAsync(objects, backup.Schema, cancellationToken);
        var differences = Between(kept, database);
        if (differences.Count == 0)
        {
            return new SchemaComparisonReport([], null);
        }

        try
        {
            return await CompareMeaningAsync(
                backupMajor,
                backup,
                snapshot,
                client.Version.Major,
                archive,
                cancellationToken
            );
        }
        catch (SuretyException e)
            when (e.Code is ErrorCode.ToolMissing or ErrorCode.ToolFailed or ErrorCode.ScratchServerFailed)
        {
            // The texts do differ; whether that means anything could not be found out, and the report says so.
            return new SchemaComparisonReport(differences, e.Message);
        }
    }

    private async Task<SchemaComparisonReport> CompareMeaningAsync(
        int backupMajor,
        BackupContents backup,
        LockedSnapshot snapshot,
        int archiveMajor,
        Stream archive,
        CancellationToken cancellationToken
    )
    {
        progress.Begin("comparing schemas on a scratch server");
        // As new as the newest that had a hand in it: no older pg_restore reads their archives, no older server their SQL.
        var newest = Math.Max(archiveMajor, backup.Schema.PgDumpMajor);
        var binaries = await tools.ServerAsync(newest, cancellationToken);
        await using var scratch = await ScratchServer.StartAsync(
            binaries,
            new ScratchServerOptions(),
            cancellationToken
        );
        var present = await snapshot.Catalog.ReadRolesAsync(cancellationToken);
        await CreateRolesAsync(scratch.Target, backup.Roles.Concat(present), cancellationToken);
        await using var stored = objects.OpenStream(backup.Schema.Archive);
        archive.Position = 0;
        var encoding = SchemaArchive.DumpEncoding(snapshot.Server.Encoding);
        var before = await ReprintAsync(binaries, scratch.Target, "backup", encoding, stored, cancellationToken);
        var after = await ReprintAsync(binaries, scratch.Target, "present", encoding, archive, cancellationToken);
        if (Math.Min(backupMajor, snapshot.Server.Major) < NamesNotNull)
        {
            // One side cannot have kept the names that the other may have: they would differ for that reason alone.
            (before, after) = (before.WithoutNotNullNames(), after.WithoutNotNullNames());
        }

        return new SchemaComparisonReport(Between(before, after), null);
    }

    private IReadOnlyList<SchemaDifference> Between(SchemaText backup, SchemaText database) =>
        Owners
            ? SchemaDifferences.Between(backup, database)
            : SchemaDifferences.Between(backup.WithoutOwners(), database.WithoutOwners());

    private static async Task CreateRolesAsync(
        ConnectionTarget server,
        IEnumerable<RoleEntry> roles,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await PostgresConnections.OpenAsync(server, "surety", cancellationToken);
        foreach (var name in roles.Select(r => r.Name).Distinct().Where(n => n != server.User))
        {
            await connection.RunAsync($"CREATE ROLE {SqlText.Identifier(name)}", cancellationToken);
        }
    }

    /// <summary>Loads an archive into a new database and prints that database's schema.</summary>
    private static async Task<SchemaText> ReprintAsync(
        PostgresTools binaries,
        ConnectionTarget server,
        string name,
        string encoding,
        Stream archive,
        CancellationToken cancellationToken
    )
    {
        await using (var connection = await PostgresConnections.OpenAsync(server, "surety", cancellationToken))
        {
            await connection.RunAsync(
                $"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}'",
                cancellationToken
            );
        }

        var environment = server.WithDatabase(name).ToEnvironment();
        var load = new ToolCommand(
            binaries.PathOf(PostgresTool.PgRestore),
            ["--exit-on-error", "--no-tablespaces", $"--dbname={SqlText.ConnectionString(name)}"]
        )
        {
            Environment = environment,
            Input = archive,
        };
        await ToolProcess.ReadTextAsync(load, cancellationToken);
        var print = new ToolCommand(
            binaries.PathOf(PostgresTool.PgDump),
            ["--schema-only", $"--encoding={encoding}", "--no-password"]
        )
        {
            Environment = environment,
        };
        return SchemaText.Parse(await ToolProcess.ReadTextAsync(print, cancellationToken));
    }
}
