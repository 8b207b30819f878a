using Surety.Core.Migrations.Rules;

namespace Surety.Core.Migrations.Statements;

/// <summary>COPY: rows in, rows out, and what runs or is written on the server.</summary>
internal static class CopyReader
{
    public static void Read(SqlCursor cursor, StatementFacts facts)
    {
        var at = cursor.Current;
        cursor.Skip();
        cursor.Take("binary");
        if (cursor.TakeGroup() is { } query)
        {
            QueryReader.Read(query, facts);
        }
        else
        {
            facts.Touch(cursor.TakeName());
            cursor.TakeGroup();
        }

        var direction = cursor.TakeAny("from", "to");
        if (direction is null)
        {
            facts.Add(RuleBook.NotUnderstood, "copies in a way that is not understood", at);
        }
        else if (cursor.Is("program"))
        {
            facts.Add(RuleBook.ServerProgram, "runs a program on the server", cursor.Current);
        }
        else if (direction == "from")
        {
            facts.Add(RuleBook.Insert, "adds rows", at);
            FunctionCalls.Find(
                cursor.Find("where") is var where and >= 0
                    ? cursor.Between(where, cursor.End)
                    : cursor.Between(cursor.End, cursor.End),
                facts
            );
        }
        else if (!cursor.Is("stdout"))
        {
            facts.Add(RuleBook.ServerFile, "writes a file of the server", cursor.Current);
        }
    }
}
