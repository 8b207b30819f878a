namespace Surety.Core.Migrations.Statements;

/// <summary>What shares its names: a table and a view of one schema cannot have the same, a table and a function can.</summary>
internal enum ObjectSort
{
    /// <summary>A table, view, index or sequence.</summary>
    Relation,
    Type,
    Routine,
    Schema,
}

/// <summary>An object that a statement names and does something to.</summary>
internal readonly record struct TouchedObject(ObjectSort Sort, ObjectName Name);
