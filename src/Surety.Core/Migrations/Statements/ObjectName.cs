namespace Surety.Core.Migrations.Statements;

/// <summary>A name as PostgreSQL stores it: folded to lower case unless it was quoted.</summary>
/// <param name="Schema">Null where none is given.</param>
internal readonly record struct ObjectName(string? Schema, string Name)
{
    public override string ToString() => Schema is null ? Name : $"{Schema}.{Name}";
}
