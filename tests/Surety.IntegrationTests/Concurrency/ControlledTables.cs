using Surety.IntegrationTests.Faults;
using Surety.Repository.Manifests;

namespace Surety.IntegrationTests.Concurrency;

/// <summary>
/// Tables that say themselves how many rows a backup of them must hold: beside each <c>S.t</c> is a table <c>S.control</c>,
/// changed in the same transaction, with one row for each thousand. So the receipts of a backup alone tell whether it is
/// one instant, whichever instant that is.
/// </summary>
internal static class ControlledTables
{
    private const int Unit = 1000;

    public static string Create(string schema, int units) =>
        $"""
            CREATE SCHEMA {schema};
            CREATE TABLE {schema}.t (id int, note text, spare int);
            CREATE TABLE {schema}.control (unit int);
            {Fill(schema, units)}
            """;

    /// <summary>Adds rows, and counts them.</summary>
    public static string Fill(string schema, int units) =>
        $"""
            INSERT INTO {schema}.t (id) SELECT i FROM generate_series(1, {units * Unit}) i;
            INSERT INTO {schema}.control SELECT i FROM generate_series(1, {units}) i;
            """;

    /// <summary>Compares each table of a backup with its control; an absent table counts as empty.</summary>
    public static async Task ShouldBeOneInstantAsync(FaultyFolder folder, Manifest manifest, string when)
    {
        var tables = (await folder.ContentsAsync(manifest)).Tables;
        var rows = tables.ToDictionary(t => (t.Schema, t.Name), t => t.Receipt.Rows);
        foreach (var schema in tables.Where(t => t.Name == "control").Select(t => t.Schema))
        {
            var held = rows.GetValueOrDefault((schema, "t"));
            held.ShouldBe(rows[(schema, "control")] * Unit, $"{schema}.t of {manifest.Id}, {when}");
        }
    }
}
