namespace Surety.Core.Postgres.Catalog;

/// <summary>The catalog queries of Postgres/Sql, which run as they stand in psql too.</summary>
internal static class SqlFile
{
    public static string Read(string name)
    {
        using var stream =
            typeof(SqlFile).Assembly.GetManifestResourceStream($"{name}.sql")
            ?? throw new InvalidOperationException($"no SQL file {name}.sql in this assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
