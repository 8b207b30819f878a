using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Statements;

/// <summary>What a command of psql may do.</summary>
internal static class PsqlCommandReader
{
    /// <summary>The rule and what it does; null for commands that only show or set something of psql itself.</summary>
    public static (Rule Rule, string What)? Read(MetaCommand command) =>
        command.Name switch
        {
            _ when command.IncludesFile => (RuleBook.IncludeFile, $"runs {command.Arguments}"),
            "gexec" => (RuleBook.DynamicSql, "runs the rows of the query as SQL"),
            "!" => (RuleBook.ServerProgram, "runs a program"),
            "c" or "connect" => (RuleBook.ConnectElsewhere, "connects elsewhere"),
            "copy" => Copy(command),
            "lo_unlink" => (RuleBook.LargeObjectChange, "deletes a large object"),
            "lo_import" => (RuleBook.Insert, "adds a large object"),
            "password" => (RuleBook.RoleChange, "sets a password"),
            "if" or "elif" => (RuleBook.PsqlBranch, "branches"),
            _ when RunsProgram(command) => (RuleBook.ServerProgram, "runs a program"),
            _ when IsHarmless(command.Name) => null,
            _ => (RuleBook.NotUnderstood, $"\\{command.Name} is not understood"),
        };

    private static (Rule, string) Copy(MetaCommand command)
    {
        var words = command.Arguments.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Contains("program", StringComparer.OrdinalIgnoreCase) ? (RuleBook.ServerProgram, "runs a program")
            : words.Contains("from", StringComparer.OrdinalIgnoreCase) ? (RuleBook.Insert, "adds rows")
            // A query that is copied out may change rows, and the file may be a program's.
            : command.Arguments.TrimStart().StartsWith('(')
                ? (RuleBook.NotUnderstood, "copies a query that is not read")
            : (RuleBook.ServerFile, "writes a file");
    }

    private static bool RunsProgram(MetaCommand command) =>
        command.Arguments.Contains('`', StringComparison.Ordinal)
        || (command.Name is "g" or "gx" or "o" or "out" or "w" or "write" && command.Arguments.StartsWith('|'));

    private static bool IsHarmless(string name) =>
        name
            is ""
                or "a"
                or "bind"
                or "C"
                or "cd"
                or "conninfo"
                or "copyright"
                or "crosstabview"
                or "echo"
                or "else"
                or "encoding"
                or "endif"
                or "errverbose"
                or "f"
                or "g"
                or "gdesc"
                or "getenv"
                or "gset"
                or "gx"
                or "h"
                or "H"
                or "help"
                or "html"
                or "l"
                or "list"
                or "lo_export"
                or "lo_list"
                or "o"
                or "out"
                or "p"
                or "print"
                or "prompt"
                or "pset"
                or "q"
                or "qecho"
                or "quit"
                or "r"
                or "reset"
                or "restrict"
                or "s"
                or "set"
                or "setenv"
                or "sf"
                or "sv"
                or "t"
                or "T"
                or "timing"
                or "unrestrict"
                or "unset"
                or "w"
                or "warn"
                or "watch"
                or "write"
                or "x"
                or "z"
                or "?"
        || name.StartsWith('d');
}
