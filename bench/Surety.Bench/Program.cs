using Surety.Bench;

return args switch
{
    ["read-limit", .. var rest] => ReadLimit.Run(new Arguments(rest)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Surety.Bench read-limit --db URL --table NAME [--jobs N] [--npgsql]");
    return 2;
}
