using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Schema;
using Surety.Core.Progress;
using Surety.Core.Restore;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Rollback.Replace;

/// <summary>
/// Makes again what a backup holds, and proves its rows, within the caller's transaction: definitions by the text that
/// pg_restore writes, rows by COPY, in the order of a restore.
/// </summary>
internal sealed class SchemaReload(
    NpgsqlConnection connection,
    ObjectStore objects,
    BackupContents contents,
    ReplaceScope scope,
    OperationProgress progress
)
{
    private readonly IReadOnlyList<TableEntry> tables = [.. contents.Tables.Where(t => scope.Covers(t.Schema))];

    /// <param name="archive">The backup's schema.</param>
    /// <param name="largeObjects">Whether these are loaded: the caller has removed them.</param>
    /// <param name="cancellationToken">Ends it; the caller rolls back.</param>
    /// <exception cref="SuretyException">QueryFailed, PrivilegeMissing, RestoreIncomplete, ObjectDamaged.</exception>
    public async Task RunAsync(SchemaLoad archive, bool largeObjects, CancellationToken cancellationToken)
    {
        // A function may use what is made after it; it is not looked at before it is called.
        await connection.RunAsync(
            "SET LOCAL check_function_bodies = off; SET LOCAL client_min_messages = warning",
            cancellationToken
        );
        var stays = await ReadWhatStaysAsync(cancellationToken);
        progress.Begin("creating tables");
        await DefineAsync(await archive.DefinitionsAsync("pre-data", cancellationToken), stays, cancellationToken);
        await LoadAsync(largeObjects, cancellationToken);
        progress.Begin("building indexes and constraints");
        var late = (await archive.DefinitionsAsync("post-data", cancellationToken)).ToLookup(d =>
            d.Type == "EVENT TRIGGER" || d.Name.StartsWith("EVENT TRIGGER ", StringComparison.Ordinal)
        );
        await DefineAsync(late[false], stays, cancellationToken);
        progress.Begin("proving the rows", tables.Count);
        TableProof.Require(connection, tables, contents.Database.Encoding, cancellationToken);
        if (largeObjects && TableProof.ReadLargeObjects(connection, cancellationToken) != contents.LargeObjects.Receipt)
        {
            throw new SuretyException(
                ErrorCode.RestoreIncomplete,
                "the large objects would not be those of the backup",
                "please report this: it must not happen"
            );
        }

        // Last of all: they would fire for what was made before.
        await DefineAsync(late[true], stays, cancellationToken);
    }

    private async Task LoadAsync(bool largeObjects, CancellationToken cancellationToken)
    {
        progress.Begin("loading rows", tables.Count, tables.Sum(t => t.RawBytes));
        await ExtensionTables.EmptyAsync(connection, tables, cancellationToken);
        var rows = new RowLoad(objects, contents.Database.Encoding, progress);
        foreach (var table in tables)
        {
            await rows.LoadInEncodingAsync(connection, table, RowLoad.Destination(table), cancellationToken);
        }

        var sequences = contents.Sequences.Where(s => scope.Covers(s.Schema)).ToList();
        await SequenceLoad.RunAsync(connection, sequences, cancellationToken);
        if (largeObjects)
        {
            var load = new LargeObjectLoad(objects, progress);
            await load.RunAsync(connection, contents.LargeObjects, owners: true, cancellationToken);
        }
    }

    private async Task DefineAsync(
        IEnumerable<SchemaDefinition> definitions,
        IReadOnlySet<string> stays,
        CancellationToken cancellationToken
    )
    {
        foreach (var definition in definitions.Where(d => scope.Covers(d) && !stays.Contains(Subject(d))))
        {
            try
            {
                await connection.RunAsync(Statement(definition), cancellationToken);
            }
            catch (SuretyException e) when (e.Code is ErrorCode.QueryFailed or ErrorCode.PrivilegeMissing)
            {
                throw new SuretyException(e.Code, $"{definition} could not be created again: {e.Message}", e.Hint, e);
            }
        }
    }

    private static string Statement(SchemaDefinition definition)
    {
        var tablespace = SqlText.Literal(definition.Tablespace ?? "");
        return SqlText.AsOne(
            $"""
            SET LOCAL default_tablespace = {tablespace}; SET LOCAL default_table_access_method = heap;
            {definition.Sql}
            """
        );
    }

    /// <summary>
    /// Schemas and extensions that are there still are not made again. Grants and comments of those that are not the
    /// role's, and other roles' default privileges, are not its to give.
    /// </summary>
    private async Task<IReadOnlySet<string>> ReadWhatStaysAsync(CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT format('SCHEMA %s', nspname), pg_has_role(nspowner, 'USAGE'), nspname = 'public' FROM pg_namespace
            UNION ALL SELECT format('EXTENSION %s', extname), pg_has_role(extowner, 'USAGE'), false FROM pg_extension
            UNION ALL SELECT format('ROLE %s', rolname), pg_has_role(oid, 'USAGE'), false FROM pg_roles
            """;
        var found = await connection.QueryAsync(
            sql,
            r => (Subject: r.GetString(0), Owned: r.GetBoolean(1), Standard: r.GetBoolean(2)),
            cancellationToken
        );
        return found.SelectMany(f => Staying(f.Subject, f.Owned, f.Standard)).ToHashSet();
    }

    private const string Of = "of ";

    // pg_dump never creates the standard schema; what it writes of it is who owns it.
    private static IEnumerable<string> Staying(string subject, bool owned, bool standard) =>
        (owned, standard) switch
        {
            (true, true) => [],
            (true, false) => [subject],
            _ => [subject, $"{Of}{subject}"],
        };

    // A schema's grants are called "SCHEMA audit"; itself it is called "audit", and its type is SCHEMA.
    private static string Subject(SchemaDefinition definition) =>
        definition.Type switch
        {
            "SCHEMA" or "EXTENSION" => $"{definition.Type} {definition.Name}",
            "DEFAULT ACL" => $"{Of}ROLE {definition.Owner}",
            _ => $"{Of}{definition.Name}",
        };
}
