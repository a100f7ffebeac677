/* Golden rows of the vector encoders, as enc.t. */
ENC("66 0f db ca", x_vec_rr(b, XOP(0x66, 1, 0xdb), false, XMM0 + 1, XNONE, XMM0 + 2), "pand xmm1,xmm2")
ENC("c5 b1 db ca", x_vec_rr(b, XOP(0x66, 1, 0xdb), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpand xmm1,xmm9,xmm2")
ENC("66 45 0f df e6", x_vec_rr(b, XOP(0x66, 1, 0xdf), false, XMM0 + 12, XNONE, XMM0 + 14), "pandn xmm12,xmm14")
ENC("c4 41 61 df e6", x_vec_rr(b, XOP(0x66, 1, 0xdf), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpandn xmm12,xmm3,xmm14")
ENC("66 0f eb c5", x_vec_rr(b, XOP(0x66, 1, 0xeb), false, XMM0 + 0, XNONE, XMM0 + 5), "por xmm0,xmm5")
ENC("c5 81 eb c5", x_vec_rr(b, XOP(0x66, 1, 0xeb), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpor xmm0,xmm15,xmm5")
ENC("c4 c1 01 eb 44 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xeb), true, XMM0 + 0, XMM0 + 15, MEM(R9, RDX, 2, 0x40)),
    "vpor xmm0,xmm15,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 44 0f ef c6", x_vec_rr(b, XOP(0x66, 1, 0xef), false, XMM0 + 8, XNONE, XMM0 + 6), "pxor xmm8,xmm6")
ENC("c5 41 ef c6", x_vec_rr(b, XOP(0x66, 1, 0xef), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpxor xmm8,xmm7,xmm6")
ENC("66 0f fc ca", x_vec_rr(b, XOP(0x66, 1, 0xfc), false, XMM0 + 1, XNONE, XMM0 + 2), "paddb xmm1,xmm2")
ENC("c5 b1 fc ca", x_vec_rr(b, XOP(0x66, 1, 0xfc), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpaddb xmm1,xmm9,xmm2")
ENC("66 45 0f fd e6", x_vec_rr(b, XOP(0x66, 1, 0xfd), false, XMM0 + 12, XNONE, XMM0 + 14), "paddw xmm12,xmm14")
ENC("c4 41 61 fd e6", x_vec_rr(b, XOP(0x66, 1, 0xfd), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpaddw xmm12,xmm3,xmm14")
ENC("c4 41 61 fd 64 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xfd), true, XMM0 + 12, XMM0 + 3, MEM(R9, RDX, 2, 0x40)),
    "vpaddw xmm12,xmm3,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f fe c5", x_vec_rr(b, XOP(0x66, 1, 0xfe), false, XMM0 + 0, XNONE, XMM0 + 5), "paddd xmm0,xmm5")
ENC("c5 81 fe c5", x_vec_rr(b, XOP(0x66, 1, 0xfe), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpaddd xmm0,xmm15,xmm5")
ENC("66 44 0f d4 c6", x_vec_rr(b, XOP(0x66, 1, 0xd4), false, XMM0 + 8, XNONE, XMM0 + 6), "paddq xmm8,xmm6")
ENC("c5 41 d4 c6", x_vec_rr(b, XOP(0x66, 1, 0xd4), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpaddq xmm8,xmm7,xmm6")
ENC("66 0f f8 ca", x_vec_rr(b, XOP(0x66, 1, 0xf8), false, XMM0 + 1, XNONE, XMM0 + 2), "psubb xmm1,xmm2")
ENC("c5 b1 f8 ca", x_vec_rr(b, XOP(0x66, 1, 0xf8), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpsubb xmm1,xmm9,xmm2")
ENC("c4 c1 31 f8 4c 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xf8), true, XMM0 + 1, XMM0 + 9, MEM(R9, RDX, 2, 0x40)),
    "vpsubb xmm1,xmm9,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 45 0f f9 e6", x_vec_rr(b, XOP(0x66, 1, 0xf9), false, XMM0 + 12, XNONE, XMM0 + 14), "psubw xmm12,xmm14")
ENC("c4 41 61 f9 e6", x_vec_rr(b, XOP(0x66, 1, 0xf9), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpsubw xmm12,xmm3,xmm14")
ENC("66 0f fa c5", x_vec_rr(b, XOP(0x66, 1, 0xfa), false, XMM0 + 0, XNONE, XMM0 + 5), "psubd xmm0,xmm5")
ENC("c5 81 fa c5", x_vec_rr(b, XOP(0x66, 1, 0xfa), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpsubd xmm0,xmm15,xmm5")
ENC("66 44 0f fb c6", x_vec_rr(b, XOP(0x66, 1, 0xfb), false, XMM0 + 8, XNONE, XMM0 + 6), "psubq xmm8,xmm6")
ENC("c5 41 fb c6", x_vec_rr(b, XOP(0x66, 1, 0xfb), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpsubq xmm8,xmm7,xmm6")
ENC("c4 41 41 fb 44 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xfb), true, XMM0 + 8, XMM0 + 7, MEM(R9, RDX, 2, 0x40)),
    "vpsubq xmm8,xmm7,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f 74 ca", x_vec_rr(b, XOP(0x66, 1, 0x74), false, XMM0 + 1, XNONE, XMM0 + 2), "pcmpeqb xmm1,xmm2")
ENC("c5 b1 74 ca", x_vec_rr(b, XOP(0x66, 1, 0x74), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpcmpeqb xmm1,xmm9,xmm2")
ENC("66 45 0f 75 e6", x_vec_rr(b, XOP(0x66, 1, 0x75), false, XMM0 + 12, XNONE, XMM0 + 14), "pcmpeqw xmm12,xmm14")
ENC("c4 41 61 75 e6", x_vec_rr(b, XOP(0x66, 1, 0x75), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpcmpeqw xmm12,xmm3,xmm14")
ENC("66 0f 76 c5", x_vec_rr(b, XOP(0x66, 1, 0x76), false, XMM0 + 0, XNONE, XMM0 + 5), "pcmpeqd xmm0,xmm5")
ENC("c5 81 76 c5", x_vec_rr(b, XOP(0x66, 1, 0x76), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpcmpeqd xmm0,xmm15,xmm5")
ENC("c4 c1 01 76 44 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0x76), true, XMM0 + 0, XMM0 + 15, MEM(R9, RDX, 2, 0x40)),
    "vpcmpeqd xmm0,xmm15,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 44 0f 64 c6", x_vec_rr(b, XOP(0x66, 1, 0x64), false, XMM0 + 8, XNONE, XMM0 + 6), "pcmpgtb xmm8,xmm6")
ENC("c5 41 64 c6", x_vec_rr(b, XOP(0x66, 1, 0x64), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpcmpgtb xmm8,xmm7,xmm6")
ENC("66 0f 65 ca", x_vec_rr(b, XOP(0x66, 1, 0x65), false, XMM0 + 1, XNONE, XMM0 + 2), "pcmpgtw xmm1,xmm2")
ENC("c5 b1 65 ca", x_vec_rr(b, XOP(0x66, 1, 0x65), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpcmpgtw xmm1,xmm9,xmm2")
ENC("66 45 0f 66 e6", x_vec_rr(b, XOP(0x66, 1, 0x66), false, XMM0 + 12, XNONE, XMM0 + 14), "pcmpgtd xmm12,xmm14")
ENC("c4 41 61 66 e6", x_vec_rr(b, XOP(0x66, 1, 0x66), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpcmpgtd xmm12,xmm3,xmm14")
ENC("c4 41 61 66 64 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0x66), true, XMM0 + 12, XMM0 + 3, MEM(R9, RDX, 2, 0x40)),
    "vpcmpgtd xmm12,xmm3,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f ea c5", x_vec_rr(b, XOP(0x66, 1, 0xea), false, XMM0 + 0, XNONE, XMM0 + 5), "pminsw xmm0,xmm5")
ENC("c5 81 ea c5", x_vec_rr(b, XOP(0x66, 1, 0xea), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpminsw xmm0,xmm15,xmm5")
ENC("66 44 0f ee c6", x_vec_rr(b, XOP(0x66, 1, 0xee), false, XMM0 + 8, XNONE, XMM0 + 6), "pmaxsw xmm8,xmm6")
ENC("c5 41 ee c6", x_vec_rr(b, XOP(0x66, 1, 0xee), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpmaxsw xmm8,xmm7,xmm6")
ENC("66 0f da ca", x_vec_rr(b, XOP(0x66, 1, 0xda), false, XMM0 + 1, XNONE, XMM0 + 2), "pminub xmm1,xmm2")
ENC("c5 b1 da ca", x_vec_rr(b, XOP(0x66, 1, 0xda), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpminub xmm1,xmm9,xmm2")
ENC("c4 c1 31 da 4c 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xda), true, XMM0 + 1, XMM0 + 9, MEM(R9, RDX, 2, 0x40)),
    "vpminub xmm1,xmm9,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 45 0f de e6", x_vec_rr(b, XOP(0x66, 1, 0xde), false, XMM0 + 12, XNONE, XMM0 + 14), "pmaxub xmm12,xmm14")
ENC("c4 41 61 de e6", x_vec_rr(b, XOP(0x66, 1, 0xde), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpmaxub xmm12,xmm3,xmm14")
ENC("66 0f ec c5", x_vec_rr(b, XOP(0x66, 1, 0xec), false, XMM0 + 0, XNONE, XMM0 + 5), "paddsb xmm0,xmm5")
ENC("c5 81 ec c5", x_vec_rr(b, XOP(0x66, 1, 0xec), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpaddsb xmm0,xmm15,xmm5")
ENC("66 44 0f ed c6", x_vec_rr(b, XOP(0x66, 1, 0xed), false, XMM0 + 8, XNONE, XMM0 + 6), "paddsw xmm8,xmm6")
ENC("c5 41 ed c6", x_vec_rr(b, XOP(0x66, 1, 0xed), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpaddsw xmm8,xmm7,xmm6")
ENC("c4 41 41 ed 44 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xed), true, XMM0 + 8, XMM0 + 7, MEM(R9, RDX, 2, 0x40)),
    "vpaddsw xmm8,xmm7,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f dc ca", x_vec_rr(b, XOP(0x66, 1, 0xdc), false, XMM0 + 1, XNONE, XMM0 + 2), "paddusb xmm1,xmm2")
ENC("c5 b1 dc ca", x_vec_rr(b, XOP(0x66, 1, 0xdc), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpaddusb xmm1,xmm9,xmm2")
ENC("66 45 0f dd e6", x_vec_rr(b, XOP(0x66, 1, 0xdd), false, XMM0 + 12, XNONE, XMM0 + 14), "paddusw xmm12,xmm14")
ENC("c4 41 61 dd e6", x_vec_rr(b, XOP(0x66, 1, 0xdd), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpaddusw xmm12,xmm3,xmm14")
ENC("66 0f e8 c5", x_vec_rr(b, XOP(0x66, 1, 0xe8), false, XMM0 + 0, XNONE, XMM0 + 5), "psubsb xmm0,xmm5")
ENC("c5 81 e8 c5", x_vec_rr(b, XOP(0x66, 1, 0xe8), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpsubsb xmm0,xmm15,xmm5")
ENC("c4 c1 01 e8 44 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xe8), true, XMM0 + 0, XMM0 + 15, MEM(R9, RDX, 2, 0x40)),
    "vpsubsb xmm0,xmm15,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 44 0f e9 c6", x_vec_rr(b, XOP(0x66, 1, 0xe9), false, XMM0 + 8, XNONE, XMM0 + 6), "psubsw xmm8,xmm6")
ENC("c5 41 e9 c6", x_vec_rr(b, XOP(0x66, 1, 0xe9), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpsubsw xmm8,xmm7,xmm6")
ENC("66 0f d8 ca", x_vec_rr(b, XOP(0x66, 1, 0xd8), false, XMM0 + 1, XNONE, XMM0 + 2), "psubusb xmm1,xmm2")
ENC("c5 b1 d8 ca", x_vec_rr(b, XOP(0x66, 1, 0xd8), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpsubusb xmm1,xmm9,xmm2")
ENC("66 45 0f d9 e6", x_vec_rr(b, XOP(0x66, 1, 0xd9), false, XMM0 + 12, XNONE, XMM0 + 14), "psubusw xmm12,xmm14")
ENC("c4 41 61 d9 e6", x_vec_rr(b, XOP(0x66, 1, 0xd9), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpsubusw xmm12,xmm3,xmm14")
ENC("c4 41 61 d9 64 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xd9), true, XMM0 + 12, XMM0 + 3, MEM(R9, RDX, 2, 0x40)),
    "vpsubusw xmm12,xmm3,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f e0 c5", x_vec_rr(b, XOP(0x66, 1, 0xe0), false, XMM0 + 0, XNONE, XMM0 + 5), "pavgb xmm0,xmm5")
ENC("c5 81 e0 c5", x_vec_rr(b, XOP(0x66, 1, 0xe0), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpavgb xmm0,xmm15,xmm5")
ENC("66 44 0f e3 c6", x_vec_rr(b, XOP(0x66, 1, 0xe3), false, XMM0 + 8, XNONE, XMM0 + 6), "pavgw xmm8,xmm6")
ENC("c5 41 e3 c6", x_vec_rr(b, XOP(0x66, 1, 0xe3), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpavgw xmm8,xmm7,xmm6")
ENC("66 0f d5 ca", x_vec_rr(b, XOP(0x66, 1, 0xd5), false, XMM0 + 1, XNONE, XMM0 + 2), "pmullw xmm1,xmm2")
ENC("c5 b1 d5 ca", x_vec_rr(b, XOP(0x66, 1, 0xd5), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpmullw xmm1,xmm9,xmm2")
ENC("c4 c1 31 d5 4c 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xd5), true, XMM0 + 1, XMM0 + 9, MEM(R9, RDX, 2, 0x40)),
    "vpmullw xmm1,xmm9,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 45 0f e5 e6", x_vec_rr(b, XOP(0x66, 1, 0xe5), false, XMM0 + 12, XNONE, XMM0 + 14), "pmulhw xmm12,xmm14")
ENC("c4 41 61 e5 e6", x_vec_rr(b, XOP(0x66, 1, 0xe5), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpmulhw xmm12,xmm3,xmm14")
ENC("66 0f e4 c5", x_vec_rr(b, XOP(0x66, 1, 0xe4), false, XMM0 + 0, XNONE, XMM0 + 5), "pmulhuw xmm0,xmm5")
ENC("c5 81 e4 c5", x_vec_rr(b, XOP(0x66, 1, 0xe4), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpmulhuw xmm0,xmm15,xmm5")
ENC("66 44 0f f4 c6", x_vec_rr(b, XOP(0x66, 1, 0xf4), false, XMM0 + 8, XNONE, XMM0 + 6), "pmuludq xmm8,xmm6")
ENC("c5 41 f4 c6", x_vec_rr(b, XOP(0x66, 1, 0xf4), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpmuludq xmm8,xmm7,xmm6")
ENC("c4 41 41 f4 44 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xf4), true, XMM0 + 8, XMM0 + 7, MEM(R9, RDX, 2, 0x40)),
    "vpmuludq xmm8,xmm7,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f f5 ca", x_vec_rr(b, XOP(0x66, 1, 0xf5), false, XMM0 + 1, XNONE, XMM0 + 2), "pmaddwd xmm1,xmm2")
ENC("c5 b1 f5 ca", x_vec_rr(b, XOP(0x66, 1, 0xf5), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpmaddwd xmm1,xmm9,xmm2")
ENC("66 45 0f 60 e6", x_vec_rr(b, XOP(0x66, 1, 0x60), false, XMM0 + 12, XNONE, XMM0 + 14), "punpcklbw xmm12,xmm14")
ENC("c4 41 61 60 e6", x_vec_rr(b, XOP(0x66, 1, 0x60), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpunpcklbw xmm12,xmm3,xmm14")
ENC("66 0f 61 c5", x_vec_rr(b, XOP(0x66, 1, 0x61), false, XMM0 + 0, XNONE, XMM0 + 5), "punpcklwd xmm0,xmm5")
ENC("c5 81 61 c5", x_vec_rr(b, XOP(0x66, 1, 0x61), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpunpcklwd xmm0,xmm15,xmm5")
ENC("c4 c1 01 61 44 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0x61), true, XMM0 + 0, XMM0 + 15, MEM(R9, RDX, 2, 0x40)),
    "vpunpcklwd xmm0,xmm15,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 44 0f 62 c6", x_vec_rr(b, XOP(0x66, 1, 0x62), false, XMM0 + 8, XNONE, XMM0 + 6), "punpckldq xmm8,xmm6")
ENC("c5 41 62 c6", x_vec_rr(b, XOP(0x66, 1, 0x62), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpunpckldq xmm8,xmm7,xmm6")
ENC("66 0f 6c ca", x_vec_rr(b, XOP(0x66, 1, 0x6c), false, XMM0 + 1, XNONE, XMM0 + 2), "punpcklqdq xmm1,xmm2")
ENC("c5 b1 6c ca", x_vec_rr(b, XOP(0x66, 1, 0x6c), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpunpcklqdq xmm1,xmm9,xmm2")
ENC("66 45 0f 68 e6", x_vec_rr(b, XOP(0x66, 1, 0x68), false, XMM0 + 12, XNONE, XMM0 + 14), "punpckhbw xmm12,xmm14")
ENC("c4 41 61 68 e6", x_vec_rr(b, XOP(0x66, 1, 0x68), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpunpckhbw xmm12,xmm3,xmm14")
ENC("c4 41 61 68 64 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0x68), true, XMM0 + 12, XMM0 + 3, MEM(R9, RDX, 2, 0x40)),
    "vpunpckhbw xmm12,xmm3,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f 69 c5", x_vec_rr(b, XOP(0x66, 1, 0x69), false, XMM0 + 0, XNONE, XMM0 + 5), "punpckhwd xmm0,xmm5")
ENC("c5 81 69 c5", x_vec_rr(b, XOP(0x66, 1, 0x69), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpunpckhwd xmm0,xmm15,xmm5")
ENC("66 44 0f 6a c6", x_vec_rr(b, XOP(0x66, 1, 0x6a), false, XMM0 + 8, XNONE, XMM0 + 6), "punpckhdq xmm8,xmm6")
ENC("c5 41 6a c6", x_vec_rr(b, XOP(0x66, 1, 0x6a), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpunpckhdq xmm8,xmm7,xmm6")
ENC("66 0f 6d ca", x_vec_rr(b, XOP(0x66, 1, 0x6d), false, XMM0 + 1, XNONE, XMM0 + 2), "punpckhqdq xmm1,xmm2")
ENC("c5 b1 6d ca", x_vec_rr(b, XOP(0x66, 1, 0x6d), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpunpckhqdq xmm1,xmm9,xmm2")
ENC("c4 c1 31 6d 4c 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0x6d), true, XMM0 + 1, XMM0 + 9, MEM(R9, RDX, 2, 0x40)),
    "vpunpckhqdq xmm1,xmm9,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 45 0f 63 e6", x_vec_rr(b, XOP(0x66, 1, 0x63), false, XMM0 + 12, XNONE, XMM0 + 14), "packsswb xmm12,xmm14")
ENC("c4 41 61 63 e6", x_vec_rr(b, XOP(0x66, 1, 0x63), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpacksswb xmm12,xmm3,xmm14")
ENC("66 0f 67 c5", x_vec_rr(b, XOP(0x66, 1, 0x67), false, XMM0 + 0, XNONE, XMM0 + 5), "packuswb xmm0,xmm5")
ENC("c5 81 67 c5", x_vec_rr(b, XOP(0x66, 1, 0x67), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpackuswb xmm0,xmm15,xmm5")
ENC("66 44 0f 6b c6", x_vec_rr(b, XOP(0x66, 1, 0x6b), false, XMM0 + 8, XNONE, XMM0 + 6), "packssdw xmm8,xmm6")
ENC("c5 41 6b c6", x_vec_rr(b, XOP(0x66, 1, 0x6b), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpackssdw xmm8,xmm7,xmm6")
ENC("c4 41 41 6b 44 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0x6b), true, XMM0 + 8, XMM0 + 7, MEM(R9, RDX, 2, 0x40)),
    "vpackssdw xmm8,xmm7,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f 38 00 ca", x_vec_rr(b, XOP(0x66, 2, 0x00), false, XMM0 + 1, XNONE, XMM0 + 2), "pshufb xmm1,xmm2")
ENC("c4 e2 31 00 ca", x_vec_rr(b, XOP(0x66, 2, 0x00), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpshufb xmm1,xmm9,xmm2")
ENC("66 45 0f 38 04 e6", x_vec_rr(b, XOP(0x66, 2, 0x04), false, XMM0 + 12, XNONE, XMM0 + 14), "pmaddubsw xmm12,xmm14")
ENC("c4 42 61 04 e6", x_vec_rr(b, XOP(0x66, 2, 0x04), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpmaddubsw xmm12,xmm3,xmm14")
ENC("66 0f 38 0b c5", x_vec_rr(b, XOP(0x66, 2, 0x0b), false, XMM0 + 0, XNONE, XMM0 + 5), "pmulhrsw xmm0,xmm5")
ENC("c4 e2 01 0b c5", x_vec_rr(b, XOP(0x66, 2, 0x0b), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpmulhrsw xmm0,xmm15,xmm5")
ENC("c4 c2 01 0b 44 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0x0b), true, XMM0 + 0, XMM0 + 15, MEM(R9, RDX, 2, 0x40)),
    "vpmulhrsw xmm0,xmm15,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 44 0f 38 28 c6", x_vec_rr(b, XOP(0x66, 2, 0x28), false, XMM0 + 8, XNONE, XMM0 + 6), "pmuldq xmm8,xmm6")
ENC("c4 62 41 28 c6", x_vec_rr(b, XOP(0x66, 2, 0x28), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpmuldq xmm8,xmm7,xmm6")
ENC("66 0f 38 29 ca", x_vec_rr(b, XOP(0x66, 2, 0x29), false, XMM0 + 1, XNONE, XMM0 + 2), "pcmpeqq xmm1,xmm2")
ENC("c4 e2 31 29 ca", x_vec_rr(b, XOP(0x66, 2, 0x29), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpcmpeqq xmm1,xmm9,xmm2")
ENC("66 45 0f 38 2b e6", x_vec_rr(b, XOP(0x66, 2, 0x2b), false, XMM0 + 12, XNONE, XMM0 + 14), "packusdw xmm12,xmm14")
ENC("c4 42 61 2b e6", x_vec_rr(b, XOP(0x66, 2, 0x2b), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpackusdw xmm12,xmm3,xmm14")
ENC("c4 42 61 2b 64 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0x2b), true, XMM0 + 12, XMM0 + 3, MEM(R9, RDX, 2, 0x40)),
    "vpackusdw xmm12,xmm3,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f 38 37 c5", x_vec_rr(b, XOP(0x66, 2, 0x37), false, XMM0 + 0, XNONE, XMM0 + 5), "pcmpgtq xmm0,xmm5")
ENC("c4 e2 01 37 c5", x_vec_rr(b, XOP(0x66, 2, 0x37), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpcmpgtq xmm0,xmm15,xmm5")
ENC("66 44 0f 38 38 c6", x_vec_rr(b, XOP(0x66, 2, 0x38), false, XMM0 + 8, XNONE, XMM0 + 6), "pminsb xmm8,xmm6")
ENC("c4 62 41 38 c6", x_vec_rr(b, XOP(0x66, 2, 0x38), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpminsb xmm8,xmm7,xmm6")
ENC("66 0f 38 39 ca", x_vec_rr(b, XOP(0x66, 2, 0x39), false, XMM0 + 1, XNONE, XMM0 + 2), "pminsd xmm1,xmm2")
ENC("c4 e2 31 39 ca", x_vec_rr(b, XOP(0x66, 2, 0x39), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpminsd xmm1,xmm9,xmm2")
ENC("c4 c2 31 39 4c 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0x39), true, XMM0 + 1, XMM0 + 9, MEM(R9, RDX, 2, 0x40)),
    "vpminsd xmm1,xmm9,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 45 0f 38 3a e6", x_vec_rr(b, XOP(0x66, 2, 0x3a), false, XMM0 + 12, XNONE, XMM0 + 14), "pminuw xmm12,xmm14")
ENC("c4 42 61 3a e6", x_vec_rr(b, XOP(0x66, 2, 0x3a), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpminuw xmm12,xmm3,xmm14")
ENC("66 0f 38 3b c5", x_vec_rr(b, XOP(0x66, 2, 0x3b), false, XMM0 + 0, XNONE, XMM0 + 5), "pminud xmm0,xmm5")
ENC("c4 e2 01 3b c5", x_vec_rr(b, XOP(0x66, 2, 0x3b), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpminud xmm0,xmm15,xmm5")
ENC("66 44 0f 38 3c c6", x_vec_rr(b, XOP(0x66, 2, 0x3c), false, XMM0 + 8, XNONE, XMM0 + 6), "pmaxsb xmm8,xmm6")
ENC("c4 62 41 3c c6", x_vec_rr(b, XOP(0x66, 2, 0x3c), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpmaxsb xmm8,xmm7,xmm6")
ENC("c4 42 41 3c 44 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0x3c), true, XMM0 + 8, XMM0 + 7, MEM(R9, RDX, 2, 0x40)),
    "vpmaxsb xmm8,xmm7,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f 38 3d ca", x_vec_rr(b, XOP(0x66, 2, 0x3d), false, XMM0 + 1, XNONE, XMM0 + 2), "pmaxsd xmm1,xmm2")
ENC("c4 e2 31 3d ca", x_vec_rr(b, XOP(0x66, 2, 0x3d), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpmaxsd xmm1,xmm9,xmm2")
ENC("66 45 0f 38 3e e6", x_vec_rr(b, XOP(0x66, 2, 0x3e), false, XMM0 + 12, XNONE, XMM0 + 14), "pmaxuw xmm12,xmm14")
ENC("c4 42 61 3e e6", x_vec_rr(b, XOP(0x66, 2, 0x3e), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpmaxuw xmm12,xmm3,xmm14")
ENC("66 0f 38 3f c5", x_vec_rr(b, XOP(0x66, 2, 0x3f), false, XMM0 + 0, XNONE, XMM0 + 5), "pmaxud xmm0,xmm5")
ENC("c4 e2 01 3f c5", x_vec_rr(b, XOP(0x66, 2, 0x3f), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpmaxud xmm0,xmm15,xmm5")
ENC("c4 c2 01 3f 44 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0x3f), true, XMM0 + 0, XMM0 + 15, MEM(R9, RDX, 2, 0x40)),
    "vpmaxud xmm0,xmm15,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 44 0f 38 40 c6", x_vec_rr(b, XOP(0x66, 2, 0x40), false, XMM0 + 8, XNONE, XMM0 + 6), "pmulld xmm8,xmm6")
ENC("c4 62 41 40 c6", x_vec_rr(b, XOP(0x66, 2, 0x40), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpmulld xmm8,xmm7,xmm6")
ENC("66 0f 38 dc ca", x_vec_rr(b, XOP(0x66, 2, 0xdc), false, XMM0 + 1, XNONE, XMM0 + 2), "aesenc xmm1,xmm2")
ENC("c4 e2 31 dc ca", x_vec_rr(b, XOP(0x66, 2, 0xdc), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vaesenc xmm1,xmm9,xmm2")
ENC("66 45 0f 38 dd e6", x_vec_rr(b, XOP(0x66, 2, 0xdd), false, XMM0 + 12, XNONE, XMM0 + 14), "aesenclast xmm12,xmm14")
ENC("c4 42 61 dd e6", x_vec_rr(b, XOP(0x66, 2, 0xdd), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vaesenclast xmm12,xmm3,xmm14")
ENC("c4 42 61 dd 64 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0xdd), true, XMM0 + 12, XMM0 + 3, MEM(R9, RDX, 2, 0x40)),
    "vaesenclast xmm12,xmm3,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f 38 de c5", x_vec_rr(b, XOP(0x66, 2, 0xde), false, XMM0 + 0, XNONE, XMM0 + 5), "aesdec xmm0,xmm5")
ENC("c4 e2 01 de c5", x_vec_rr(b, XOP(0x66, 2, 0xde), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vaesdec xmm0,xmm15,xmm5")
ENC("66 44 0f 38 df c6", x_vec_rr(b, XOP(0x66, 2, 0xdf), false, XMM0 + 8, XNONE, XMM0 + 6), "aesdeclast xmm8,xmm6")
ENC("c4 62 41 df c6", x_vec_rr(b, XOP(0x66, 2, 0xdf), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vaesdeclast xmm8,xmm7,xmm6")
ENC("66 0f 3a 0f ca 05",
    x_vec_rr(b, XOP(0x66, 3, 0x0f), false, XMM0 + 1, XNONE, XMM0 + 2); x_byte(b, 0x5),
    "palignr xmm1,xmm2,0x5")
ENC("c4 e3 31 0f ca 05",
    x_vec_rr(b, XOP(0x66, 3, 0x0f), true, XMM0 + 1, XMM0 + 9, XMM0 + 2); x_byte(b, 0x5),
    "vpalignr xmm1,xmm9,xmm2,0x5")
ENC("c4 c3 31 0f 4c 91 40 05",
    x_vec_rm(b, XOP(0x66, 3, 0x0f), true, XMM0 + 1, XMM0 + 9, MEM(R9, RDX, 2, 0x40)); x_byte(b, 0x5),
    "vpalignr xmm1,xmm9,XMMWORD PTR [r9+rdx*4+0x40],0x5")
ENC("66 45 0f 3a 0e e6 cc",
    x_vec_rr(b, XOP(0x66, 3, 0x0e), false, XMM0 + 12, XNONE, XMM0 + 14); x_byte(b, 0xcc),
    "pblendw xmm12,xmm14,0xcc")
ENC("c4 43 61 0e e6 cc",
    x_vec_rr(b, XOP(0x66, 3, 0x0e), true, XMM0 + 12, XMM0 + 3, XMM0 + 14); x_byte(b, 0xcc),
    "vpblendw xmm12,xmm3,xmm14,0xcc")
ENC("66 0f 3a 44 c5 11",
    x_vec_rr(b, XOP(0x66, 3, 0x44), false, XMM0 + 0, XNONE, XMM0 + 5); x_byte(b, 0x11),
    "pclmulhqhqdq xmm0,xmm5")
ENC("c4 e3 01 44 c5 11",
    x_vec_rr(b, XOP(0x66, 3, 0x44), true, XMM0 + 0, XMM0 + 15, XMM0 + 5); x_byte(b, 0x11),
    "vpclmulhqhqdq xmm0,xmm15,xmm5")
ENC("66 44 0f 3a 21 c6 50",
    x_vec_rr(b, XOP(0x66, 3, 0x21), false, XMM0 + 8, XNONE, XMM0 + 6); x_byte(b, 0x50),
    "insertps xmm8,xmm6,0x50")
ENC("c4 63 41 21 c6 50",
    x_vec_rr(b, XOP(0x66, 3, 0x21), true, XMM0 + 8, XMM0 + 7, XMM0 + 6); x_byte(b, 0x50),
    "vinsertps xmm8,xmm7,xmm6,0x50")
ENC("c4 43 41 21 44 91 40 50",
    x_vec_rm(b, XOP(0x66, 3, 0x21), true, XMM0 + 8, XMM0 + 7, MEM(R9, RDX, 2, 0x40)); x_byte(b, 0x50),
    "vinsertps xmm8,xmm7,DWORD PTR [r9+rdx*4+0x40],0x50")
ENC("0f c6 ca 11", x_vec_rr(b, XOP(0, 1, 0xc6), false, XMM0 + 1, XNONE, XMM0 + 2); x_byte(b, 0x11), "shufps xmm1,xmm2,0x11")
ENC("c5 b0 c6 ca 11",
    x_vec_rr(b, XOP(0, 1, 0xc6), true, XMM0 + 1, XMM0 + 9, XMM0 + 2); x_byte(b, 0x11),
    "vshufps xmm1,xmm9,xmm2,0x11")
ENC("c4 42 61 47 e6", x_vec_rr(b, XOP(0x66, 2, 0x47), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpsllvd xmm12,xmm3,xmm14")
ENC("c4 e2 01 45 c5", x_vec_rr(b, XOP(0x66, 2, 0x45), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpsrlvd xmm0,xmm15,xmm5")
ENC("c4 c2 01 45 44 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0x45), true, XMM0 + 0, XMM0 + 15, MEM(R9, RDX, 2, 0x40)),
    "vpsrlvd xmm0,xmm15,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("c4 62 41 46 c6", x_vec_rr(b, XOP(0x66, 2, 0x46), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpsravd xmm8,xmm7,xmm6")
ENC("c4 e2 b1 47 ca", x_vec_rr(b, XOP(0x66, 2, 0x47) | XV_W, true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpsllvq xmm1,xmm9,xmm2")
ENC("c4 42 e1 45 e6", x_vec_rr(b, XOP(0x66, 2, 0x45) | XV_W, true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpsrlvq xmm12,xmm3,xmm14")
ENC("c4 42 e1 45 64 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0x45) | XV_W, true, XMM0 + 12, XMM0 + 3, MEM(R9, RDX, 2, 0x40)),
    "vpsrlvq xmm12,xmm3,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("c4 e3 01 02 c5 05",
    x_vec_rr(b, XOP(0x66, 3, 0x02), true, XMM0 + 0, XMM0 + 15, XMM0 + 5); x_byte(b, 0x5),
    "vpblendd xmm0,xmm15,xmm5,0x5")
ENC("c4 63 c1 ce c6 00",
    x_vec_rr(b, XOP(0x66, 3, 0xce) | XV_W, true, XMM0 + 8, XMM0 + 7, XMM0 + 6); x_byte(b, 0x0),
    "vgf2p8affineqb xmm8,xmm7,xmm6,0x0")
ENC("0f 38 cb ca", x_vec_rr(b, XOP(0, 2, 0xcb), false, XMM0 + 1, XNONE, XMM0 + 2), "sha256rnds2 xmm1,xmm2,xmm0")
ENC("45 0f 38 cc e6", x_vec_rr(b, XOP(0, 2, 0xcc), false, XMM0 + 12, XNONE, XMM0 + 14), "sha256msg1 xmm12,xmm14")
ENC("0f 38 cd c5", x_vec_rr(b, XOP(0, 2, 0xcd), false, XMM0 + 0, XNONE, XMM0 + 5), "sha256msg2 xmm0,xmm5")
ENC("44 0f 3a cc c6 02", x_vec_rr(b, XOP(0, 3, 0xcc), false, XMM0 + 8, XNONE, XMM0 + 6); x_byte(b, 0x2), "sha1rnds4 xmm8,xmm6,0x2")
ENC("62 f2 b5 08 39 ca",
    x_vec_rr(b, XOP(0x66, 2, 0x39) | XV_W | XV_EVEX, true, XMM0 + 1, XMM0 + 9, XMM0 + 2),
    "vpminsq xmm1,xmm9,xmm2")
ENC("62 92 b5 08 39 8c c9 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x39) | XV_W | XV_EVEX, true, XMM0 + 1, XMM0 + 9, MEM(R9, R9, 3, 0x40)),
    "vpminsq xmm1,xmm9,XMMWORD PTR [r9+r9*8+0x40]")
ENC("62 52 e5 08 3d e6",
    x_vec_rr(b, XOP(0x66, 2, 0x3d) | XV_W | XV_EVEX, true, XMM0 + 12, XMM0 + 3, XMM0 + 14),
    "vpmaxsq xmm12,xmm3,xmm14")
ENC("62 12 e5 08 3d a4 d8 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x3d) | XV_W | XV_EVEX, true, XMM0 + 12, XMM0 + 3, MEM(R8, R11, 3, 0x40)),
    "vpmaxsq xmm12,xmm3,XMMWORD PTR [r8+r11*8+0x40]")
ENC("62 f2 85 08 3b c5",
    x_vec_rr(b, XOP(0x66, 2, 0x3b) | XV_W | XV_EVEX, true, XMM0 + 0, XMM0 + 15, XMM0 + 5),
    "vpminuq xmm0,xmm15,xmm5")
ENC("62 92 85 08 3b 84 d8 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x3b) | XV_W | XV_EVEX, true, XMM0 + 0, XMM0 + 15, MEM(R8, R11, 3, 0x40)),
    "vpminuq xmm0,xmm15,XMMWORD PTR [r8+r11*8+0x40]")
ENC("62 72 c5 08 3f c6",
    x_vec_rr(b, XOP(0x66, 2, 0x3f) | XV_W | XV_EVEX, true, XMM0 + 8, XMM0 + 7, XMM0 + 6),
    "vpmaxuq xmm8,xmm7,xmm6")
ENC("62 12 c5 08 3f 84 d8 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x3f) | XV_W | XV_EVEX, true, XMM0 + 8, XMM0 + 7, MEM(R8, R11, 3, 0x40)),
    "vpmaxuq xmm8,xmm7,XMMWORD PTR [r8+r11*8+0x40]")
ENC("62 f2 b5 08 40 ca",
    x_vec_rr(b, XOP(0x66, 2, 0x40) | XV_W | XV_EVEX, true, XMM0 + 1, XMM0 + 9, XMM0 + 2),
    "vpmullq xmm1,xmm9,xmm2")
ENC("62 92 b5 08 40 8c c9 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x40) | XV_W | XV_EVEX, true, XMM0 + 1, XMM0 + 9, MEM(R9, R9, 3, 0x40)),
    "vpmullq xmm1,xmm9,XMMWORD PTR [r9+r9*8+0x40]")
ENC("62 52 e5 08 12 e6",
    x_vec_rr(b, XOP(0x66, 2, 0x12) | XV_W | XV_EVEX, true, XMM0 + 12, XMM0 + 3, XMM0 + 14),
    "vpsllvw xmm12,xmm3,xmm14")
ENC("62 12 e5 08 12 a4 d8 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x12) | XV_W | XV_EVEX, true, XMM0 + 12, XMM0 + 3, MEM(R8, R11, 3, 0x40)),
    "vpsllvw xmm12,xmm3,XMMWORD PTR [r8+r11*8+0x40]")
ENC("62 f2 85 08 10 c5",
    x_vec_rr(b, XOP(0x66, 2, 0x10) | XV_W | XV_EVEX, true, XMM0 + 0, XMM0 + 15, XMM0 + 5),
    "vpsrlvw xmm0,xmm15,xmm5")
ENC("62 92 85 08 10 84 d8 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x10) | XV_W | XV_EVEX, true, XMM0 + 0, XMM0 + 15, MEM(R8, R11, 3, 0x40)),
    "vpsrlvw xmm0,xmm15,XMMWORD PTR [r8+r11*8+0x40]")
ENC("62 72 c5 08 11 c6",
    x_vec_rr(b, XOP(0x66, 2, 0x11) | XV_W | XV_EVEX, true, XMM0 + 8, XMM0 + 7, XMM0 + 6),
    "vpsravw xmm8,xmm7,xmm6")
ENC("62 12 c5 08 11 84 d8 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x11) | XV_W | XV_EVEX, true, XMM0 + 8, XMM0 + 7, MEM(R8, R11, 3, 0x40)),
    "vpsravw xmm8,xmm7,XMMWORD PTR [r8+r11*8+0x40]")
ENC("62 f2 b5 08 46 ca",
    x_vec_rr(b, XOP(0x66, 2, 0x46) | XV_W | XV_EVEX, true, XMM0 + 1, XMM0 + 9, XMM0 + 2),
    "vpsravq xmm1,xmm9,xmm2")
ENC("62 92 b5 08 46 8c c9 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x46) | XV_W | XV_EVEX, true, XMM0 + 1, XMM0 + 9, MEM(R9, R9, 3, 0x40)),
    "vpsravq xmm1,xmm9,XMMWORD PTR [r9+r9*8+0x40]")
ENC("62 53 65 08 25 e6 ca",
    x_vec_rr(b, XOP(0x66, 3, 0x25) | XV_EVEX, true, XMM0 + 12, XMM0 + 3, XMM0 + 14); x_byte(b, 0xca),
    "vpternlogd xmm12,xmm3,xmm14,0xca")
ENC("62 13 65 08 25 a4 d8 40 00 00 00 ca",
    x_vec_rm(b, XOP(0x66, 3, 0x25) | XV_EVEX, true, XMM0 + 12, XMM0 + 3, MEM(R8, R11, 3, 0x40)); x_byte(b, 0xca),
    "vpternlogd xmm12,xmm3,XMMWORD PTR [r8+r11*8+0x40],0xca")
ENC("66 0f 70 c5 1b", x_vec_rr(b, XOP(0x66, 1, 0x70), false, XMM0 + 0, XNONE, XMM0 + 5); x_byte(b, 0x1b), "pshufd xmm0,xmm5,0x1b")
ENC("c5 f9 70 c5 1b", x_vec_rr(b, XOP(0x66, 1, 0x70), true, XMM0 + 0, XNONE, XMM0 + 5); x_byte(b, 0x1b), "vpshufd xmm0,xmm5,0x1b")
ENC("c4 c1 79 70 47 f0 1b",
    x_vec_rm(b, XOP(0x66, 1, 0x70), true, XMM0 + 0, XNONE, MEM(R15, XNONE, 0, -0x10)); x_byte(b, 0x1b),
    "vpshufd xmm0,XMMWORD PTR [r15-0x10],0x1b")
ENC("66 0f 70 44 05 00 1b",
    x_vec_rm(b, XOP(0x66, 1, 0x70), false, XMM0 + 0, XNONE, MEM(RBP, RAX, 0, 0)); x_byte(b, 0x1b),
    "pshufd xmm0,XMMWORD PTR [rbp+rax*1+0x0],0x1b")
ENC("f2 44 0f 70 c6 39",
    x_vec_rr(b, XOP(0xf2, 1, 0x70), false, XMM0 + 8, XNONE, XMM0 + 6); x_byte(b, 0x39),
    "pshuflw xmm8,xmm6,0x39")
ENC("c5 7b 70 c6 39", x_vec_rr(b, XOP(0xf2, 1, 0x70), true, XMM0 + 8, XNONE, XMM0 + 6); x_byte(b, 0x39), "vpshuflw xmm8,xmm6,0x39")
ENC("c4 41 7b 70 47 f0 39",
    x_vec_rm(b, XOP(0xf2, 1, 0x70), true, XMM0 + 8, XNONE, MEM(R15, XNONE, 0, -0x10)); x_byte(b, 0x39),
    "vpshuflw xmm8,XMMWORD PTR [r15-0x10],0x39")
ENC("f2 44 0f 70 44 05 00 39",
    x_vec_rm(b, XOP(0xf2, 1, 0x70), false, XMM0 + 8, XNONE, MEM(RBP, RAX, 0, 0)); x_byte(b, 0x39),
    "pshuflw xmm8,XMMWORD PTR [rbp+rax*1+0x0],0x39")
ENC("f3 0f 70 ca 39", x_vec_rr(b, XOP(0xf3, 1, 0x70), false, XMM0 + 1, XNONE, XMM0 + 2); x_byte(b, 0x39), "pshufhw xmm1,xmm2,0x39")
ENC("c5 fa 70 ca 39", x_vec_rr(b, XOP(0xf3, 1, 0x70), true, XMM0 + 1, XNONE, XMM0 + 2); x_byte(b, 0x39), "vpshufhw xmm1,xmm2,0x39")
ENC("c4 c1 7a 70 4f f0 39",
    x_vec_rm(b, XOP(0xf3, 1, 0x70), true, XMM0 + 1, XNONE, MEM(R15, XNONE, 0, -0x10)); x_byte(b, 0x39),
    "vpshufhw xmm1,XMMWORD PTR [r15-0x10],0x39")
ENC("f3 0f 70 4c 05 00 39",
    x_vec_rm(b, XOP(0xf3, 1, 0x70), false, XMM0 + 1, XNONE, MEM(RBP, RAX, 0, 0)); x_byte(b, 0x39),
    "pshufhw xmm1,XMMWORD PTR [rbp+rax*1+0x0],0x39")
ENC("66 45 0f 38 1c e6", x_vec_rr(b, XOP(0x66, 2, 0x1c), false, XMM0 + 12, XNONE, XMM0 + 14), "pabsb xmm12,xmm14")
ENC("c4 42 79 1c e6", x_vec_rr(b, XOP(0x66, 2, 0x1c), true, XMM0 + 12, XNONE, XMM0 + 14), "vpabsb xmm12,xmm14")
ENC("c4 42 79 1c 67 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x1c), true, XMM0 + 12, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpabsb xmm12,XMMWORD PTR [r15-0x10]")
ENC("66 44 0f 38 1c 64 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x1c), false, XMM0 + 12, XNONE, MEM(RBP, RAX, 0, 0)),
    "pabsb xmm12,XMMWORD PTR [rbp+rax*1+0x0]")
ENC("66 0f 38 1d c5", x_vec_rr(b, XOP(0x66, 2, 0x1d), false, XMM0 + 0, XNONE, XMM0 + 5), "pabsw xmm0,xmm5")
ENC("c4 e2 79 1d c5", x_vec_rr(b, XOP(0x66, 2, 0x1d), true, XMM0 + 0, XNONE, XMM0 + 5), "vpabsw xmm0,xmm5")
ENC("c4 c2 79 1d 47 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x1d), true, XMM0 + 0, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpabsw xmm0,XMMWORD PTR [r15-0x10]")
ENC("66 0f 38 1d 44 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x1d), false, XMM0 + 0, XNONE, MEM(RBP, RAX, 0, 0)),
    "pabsw xmm0,XMMWORD PTR [rbp+rax*1+0x0]")
ENC("66 44 0f 38 1e c6", x_vec_rr(b, XOP(0x66, 2, 0x1e), false, XMM0 + 8, XNONE, XMM0 + 6), "pabsd xmm8,xmm6")
ENC("c4 62 79 1e c6", x_vec_rr(b, XOP(0x66, 2, 0x1e), true, XMM0 + 8, XNONE, XMM0 + 6), "vpabsd xmm8,xmm6")
ENC("c4 42 79 1e 47 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x1e), true, XMM0 + 8, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpabsd xmm8,XMMWORD PTR [r15-0x10]")
ENC("66 44 0f 38 1e 44 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x1e), false, XMM0 + 8, XNONE, MEM(RBP, RAX, 0, 0)),
    "pabsd xmm8,XMMWORD PTR [rbp+rax*1+0x0]")
ENC("66 0f 38 17 ca", x_vec_rr(b, XOP(0x66, 2, 0x17), false, XMM0 + 1, XNONE, XMM0 + 2), "ptest xmm1,xmm2")
ENC("c4 e2 79 17 ca", x_vec_rr(b, XOP(0x66, 2, 0x17), true, XMM0 + 1, XNONE, XMM0 + 2), "vptest xmm1,xmm2")
ENC("c4 c2 79 17 4f f0",
    x_vec_rm(b, XOP(0x66, 2, 0x17), true, XMM0 + 1, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vptest xmm1,XMMWORD PTR [r15-0x10]")
ENC("66 0f 38 17 4c 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x17), false, XMM0 + 1, XNONE, MEM(RBP, RAX, 0, 0)),
    "ptest xmm1,XMMWORD PTR [rbp+rax*1+0x0]")
ENC("66 45 0f 38 db e6", x_vec_rr(b, XOP(0x66, 2, 0xdb), false, XMM0 + 12, XNONE, XMM0 + 14), "aesimc xmm12,xmm14")
ENC("c4 42 79 db e6", x_vec_rr(b, XOP(0x66, 2, 0xdb), true, XMM0 + 12, XNONE, XMM0 + 14), "vaesimc xmm12,xmm14")
ENC("c4 42 79 db 67 f0",
    x_vec_rm(b, XOP(0x66, 2, 0xdb), true, XMM0 + 12, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vaesimc xmm12,XMMWORD PTR [r15-0x10]")
ENC("66 44 0f 38 db 64 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0xdb), false, XMM0 + 12, XNONE, MEM(RBP, RAX, 0, 0)),
    "aesimc xmm12,XMMWORD PTR [rbp+rax*1+0x0]")
ENC("0f 28 c5", x_vec_rr(b, XOP(0, 1, 0x28), false, XMM0 + 0, XNONE, XMM0 + 5), "movaps xmm0,xmm5")
ENC("c5 f8 28 c5", x_vec_rr(b, XOP(0, 1, 0x28), true, XMM0 + 0, XNONE, XMM0 + 5), "vmovaps xmm0,xmm5")
ENC("c4 c1 78 28 47 f0",
    x_vec_rm(b, XOP(0, 1, 0x28), true, XMM0 + 0, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vmovaps xmm0,XMMWORD PTR [r15-0x10]")
ENC("0f 28 44 05 00",
    x_vec_rm(b, XOP(0, 1, 0x28), false, XMM0 + 0, XNONE, MEM(RBP, RAX, 0, 0)),
    "movaps xmm0,XMMWORD PTR [rbp+rax*1+0x0]")
ENC("44 0f 10 c6", x_vec_rr(b, XOP(0, 1, 0x10), false, XMM0 + 8, XNONE, XMM0 + 6), "movups xmm8,xmm6")
ENC("c5 78 10 c6", x_vec_rr(b, XOP(0, 1, 0x10), true, XMM0 + 8, XNONE, XMM0 + 6), "vmovups xmm8,xmm6")
ENC("c4 41 78 10 47 f0",
    x_vec_rm(b, XOP(0, 1, 0x10), true, XMM0 + 8, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vmovups xmm8,XMMWORD PTR [r15-0x10]")
ENC("44 0f 10 44 05 00",
    x_vec_rm(b, XOP(0, 1, 0x10), false, XMM0 + 8, XNONE, MEM(RBP, RAX, 0, 0)),
    "movups xmm8,XMMWORD PTR [rbp+rax*1+0x0]")
ENC("f3 0f 7e ca", x_vec_rr(b, XOP(0xf3, 1, 0x7e), false, XMM0 + 1, XNONE, XMM0 + 2), "movq xmm1,xmm2")
ENC("c5 fa 7e ca", x_vec_rr(b, XOP(0xf3, 1, 0x7e), true, XMM0 + 1, XNONE, XMM0 + 2), "vmovq xmm1,xmm2")
ENC("c4 c1 7a 7e 4f f0",
    x_vec_rm(b, XOP(0xf3, 1, 0x7e), true, XMM0 + 1, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vmovq xmm1,QWORD PTR [r15-0x10]")
ENC("f3 0f 7e 4c 05 00",
    x_vec_rm(b, XOP(0xf3, 1, 0x7e), false, XMM0 + 1, XNONE, MEM(RBP, RAX, 0, 0)),
    "movq xmm1,QWORD PTR [rbp+rax*1+0x0]")
ENC("f2 45 0f 12 e6", x_vec_rr(b, XOP(0xf2, 1, 0x12), false, XMM0 + 12, XNONE, XMM0 + 14), "movddup xmm12,xmm14")
ENC("c4 41 7b 12 e6", x_vec_rr(b, XOP(0xf2, 1, 0x12), true, XMM0 + 12, XNONE, XMM0 + 14), "vmovddup xmm12,xmm14")
ENC("c4 41 7b 12 67 f0",
    x_vec_rm(b, XOP(0xf2, 1, 0x12), true, XMM0 + 12, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vmovddup xmm12,QWORD PTR [r15-0x10]")
ENC("f2 44 0f 12 64 05 00",
    x_vec_rm(b, XOP(0xf2, 1, 0x12), false, XMM0 + 12, XNONE, MEM(RBP, RAX, 0, 0)),
    "movddup xmm12,QWORD PTR [rbp+rax*1+0x0]")
ENC("66 0f 38 20 c5", x_vec_rr(b, XOP(0x66, 2, 0x20), false, XMM0 + 0, XNONE, XMM0 + 5), "pmovsxbw xmm0,xmm5")
ENC("c4 e2 79 20 c5", x_vec_rr(b, XOP(0x66, 2, 0x20), true, XMM0 + 0, XNONE, XMM0 + 5), "vpmovsxbw xmm0,xmm5")
ENC("c4 c2 79 20 47 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x20), true, XMM0 + 0, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovsxbw xmm0,QWORD PTR [r15-0x10]")
ENC("66 0f 38 20 44 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x20), false, XMM0 + 0, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovsxbw xmm0,QWORD PTR [rbp+rax*1+0x0]")
ENC("66 44 0f 38 23 c6", x_vec_rr(b, XOP(0x66, 2, 0x23), false, XMM0 + 8, XNONE, XMM0 + 6), "pmovsxwd xmm8,xmm6")
ENC("c4 62 79 23 c6", x_vec_rr(b, XOP(0x66, 2, 0x23), true, XMM0 + 8, XNONE, XMM0 + 6), "vpmovsxwd xmm8,xmm6")
ENC("c4 42 79 23 47 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x23), true, XMM0 + 8, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovsxwd xmm8,QWORD PTR [r15-0x10]")
ENC("66 44 0f 38 23 44 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x23), false, XMM0 + 8, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovsxwd xmm8,QWORD PTR [rbp+rax*1+0x0]")
ENC("66 0f 38 25 ca", x_vec_rr(b, XOP(0x66, 2, 0x25), false, XMM0 + 1, XNONE, XMM0 + 2), "pmovsxdq xmm1,xmm2")
ENC("c4 e2 79 25 ca", x_vec_rr(b, XOP(0x66, 2, 0x25), true, XMM0 + 1, XNONE, XMM0 + 2), "vpmovsxdq xmm1,xmm2")
ENC("c4 c2 79 25 4f f0",
    x_vec_rm(b, XOP(0x66, 2, 0x25), true, XMM0 + 1, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovsxdq xmm1,QWORD PTR [r15-0x10]")
ENC("66 0f 38 25 4c 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x25), false, XMM0 + 1, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovsxdq xmm1,QWORD PTR [rbp+rax*1+0x0]")
ENC("66 45 0f 38 30 e6", x_vec_rr(b, XOP(0x66, 2, 0x30), false, XMM0 + 12, XNONE, XMM0 + 14), "pmovzxbw xmm12,xmm14")
ENC("c4 42 79 30 e6", x_vec_rr(b, XOP(0x66, 2, 0x30), true, XMM0 + 12, XNONE, XMM0 + 14), "vpmovzxbw xmm12,xmm14")
ENC("c4 42 79 30 67 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x30), true, XMM0 + 12, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovzxbw xmm12,QWORD PTR [r15-0x10]")
ENC("66 44 0f 38 30 64 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x30), false, XMM0 + 12, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovzxbw xmm12,QWORD PTR [rbp+rax*1+0x0]")
ENC("66 0f 38 31 c5", x_vec_rr(b, XOP(0x66, 2, 0x31), false, XMM0 + 0, XNONE, XMM0 + 5), "pmovzxbd xmm0,xmm5")
ENC("c4 e2 79 31 c5", x_vec_rr(b, XOP(0x66, 2, 0x31), true, XMM0 + 0, XNONE, XMM0 + 5), "vpmovzxbd xmm0,xmm5")
ENC("c4 c2 79 31 47 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x31), true, XMM0 + 0, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovzxbd xmm0,DWORD PTR [r15-0x10]")
ENC("66 0f 38 31 44 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x31), false, XMM0 + 0, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovzxbd xmm0,DWORD PTR [rbp+rax*1+0x0]")
ENC("66 44 0f 38 32 c6", x_vec_rr(b, XOP(0x66, 2, 0x32), false, XMM0 + 8, XNONE, XMM0 + 6), "pmovzxbq xmm8,xmm6")
ENC("c4 62 79 32 c6", x_vec_rr(b, XOP(0x66, 2, 0x32), true, XMM0 + 8, XNONE, XMM0 + 6), "vpmovzxbq xmm8,xmm6")
ENC("c4 42 79 32 47 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x32), true, XMM0 + 8, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovzxbq xmm8,WORD PTR [r15-0x10]")
ENC("66 44 0f 38 32 44 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x32), false, XMM0 + 8, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovzxbq xmm8,WORD PTR [rbp+rax*1+0x0]")
ENC("66 0f 38 33 ca", x_vec_rr(b, XOP(0x66, 2, 0x33), false, XMM0 + 1, XNONE, XMM0 + 2), "pmovzxwd xmm1,xmm2")
ENC("c4 e2 79 33 ca", x_vec_rr(b, XOP(0x66, 2, 0x33), true, XMM0 + 1, XNONE, XMM0 + 2), "vpmovzxwd xmm1,xmm2")
ENC("c4 c2 79 33 4f f0",
    x_vec_rm(b, XOP(0x66, 2, 0x33), true, XMM0 + 1, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovzxwd xmm1,QWORD PTR [r15-0x10]")
ENC("66 0f 38 33 4c 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x33), false, XMM0 + 1, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovzxwd xmm1,QWORD PTR [rbp+rax*1+0x0]")
ENC("66 45 0f 38 34 e6", x_vec_rr(b, XOP(0x66, 2, 0x34), false, XMM0 + 12, XNONE, XMM0 + 14), "pmovzxwq xmm12,xmm14")
ENC("c4 42 79 34 e6", x_vec_rr(b, XOP(0x66, 2, 0x34), true, XMM0 + 12, XNONE, XMM0 + 14), "vpmovzxwq xmm12,xmm14")
ENC("c4 42 79 34 67 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x34), true, XMM0 + 12, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovzxwq xmm12,DWORD PTR [r15-0x10]")
ENC("66 44 0f 38 34 64 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x34), false, XMM0 + 12, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovzxwq xmm12,DWORD PTR [rbp+rax*1+0x0]")
ENC("66 0f 38 35 c5", x_vec_rr(b, XOP(0x66, 2, 0x35), false, XMM0 + 0, XNONE, XMM0 + 5), "pmovzxdq xmm0,xmm5")
ENC("c4 e2 79 35 c5", x_vec_rr(b, XOP(0x66, 2, 0x35), true, XMM0 + 0, XNONE, XMM0 + 5), "vpmovzxdq xmm0,xmm5")
ENC("c4 c2 79 35 47 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x35), true, XMM0 + 0, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovzxdq xmm0,QWORD PTR [r15-0x10]")
ENC("66 0f 38 35 44 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x35), false, XMM0 + 0, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovzxdq xmm0,QWORD PTR [rbp+rax*1+0x0]")
ENC("c4 62 79 78 cc", x_vec_rr(b, XOP(0x66, 2, 0x78), true, XMM0 + 9, XNONE, XMM0 + 4), "vpbroadcastb xmm9,xmm4")
ENC("c4 62 79 78 4e 08",
    x_vec_rm(b, XOP(0x66, 2, 0x78), true, XMM0 + 9, XNONE, MEM(RSI, XNONE, 0, 8)),
    "vpbroadcastb xmm9,BYTE PTR [rsi+0x8]")
ENC("c4 62 79 79 cc", x_vec_rr(b, XOP(0x66, 2, 0x79), true, XMM0 + 9, XNONE, XMM0 + 4), "vpbroadcastw xmm9,xmm4")
ENC("c4 62 79 79 4e 08",
    x_vec_rm(b, XOP(0x66, 2, 0x79), true, XMM0 + 9, XNONE, MEM(RSI, XNONE, 0, 8)),
    "vpbroadcastw xmm9,WORD PTR [rsi+0x8]")
ENC("c4 62 79 58 cc", x_vec_rr(b, XOP(0x66, 2, 0x58), true, XMM0 + 9, XNONE, XMM0 + 4), "vpbroadcastd xmm9,xmm4")
ENC("c4 62 79 58 4e 08",
    x_vec_rm(b, XOP(0x66, 2, 0x58), true, XMM0 + 9, XNONE, MEM(RSI, XNONE, 0, 8)),
    "vpbroadcastd xmm9,DWORD PTR [rsi+0x8]")
ENC("c4 62 79 59 cc", x_vec_rr(b, XOP(0x66, 2, 0x59), true, XMM0 + 9, XNONE, XMM0 + 4), "vpbroadcastq xmm9,xmm4")
ENC("c4 62 79 59 4e 08",
    x_vec_rm(b, XOP(0x66, 2, 0x59), true, XMM0 + 9, XNONE, MEM(RSI, XNONE, 0, 8)),
    "vpbroadcastq xmm9,QWORD PTR [rsi+0x8]")
ENC("62 72 7d 08 7a c9", x_vec_rr(b, XOP(0x66, 2, 0x7a) | XV_EVEX, true, XMM0 + 9, XNONE, RCX), "vpbroadcastb xmm9,ecx")
ENC("62 72 7d 08 7b c9", x_vec_rr(b, XOP(0x66, 2, 0x7b) | XV_EVEX, true, XMM0 + 9, XNONE, RCX), "vpbroadcastw xmm9,ecx")
ENC("62 72 7d 08 7c c9", x_vec_rr(b, XOP(0x66, 2, 0x7c) | XV_EVEX, true, XMM0 + 9, XNONE, RCX), "vpbroadcastd xmm9,ecx")
ENC("62 72 fd 08 7c c9", x_vec_rr(b, XOP(0x66, 2, 0x7c) | XV_W | XV_EVEX, true, XMM0 + 9, XNONE, RCX), "vpbroadcastq xmm9,rcx")
ENC("62 52 fd 08 1f cd", x_vec_rr(b, XOP(0x66, 2, 0x1f) | XV_W | XV_EVEX, true, XMM0 + 9, XNONE, XMM0 + 13), "vpabsq xmm9,xmm13")
ENC("62 52 7d 08 44 cd", x_vec_rr(b, XOP(0x66, 2, 0x44) | XV_EVEX, true, XMM0 + 9, XNONE, XMM0 + 13), "vplzcntd xmm9,xmm13")
ENC("62 52 7e 08 25 cd", x_vec_rr(b, XOP(0xf3, 2, 0x25) | XV_EVEX, true, XMM0 + 9, XNONE, XMM0 + 13), "vpmovsqd xmm13,xmm9")
ENC("62 52 7e 08 15 cd", x_vec_rr(b, XOP(0xf3, 2, 0x15) | XV_EVEX, true, XMM0 + 9, XNONE, XMM0 + 13), "vpmovusqd xmm13,xmm9")
ENC("66 41 0f 71 f0 07", x_vec_rr(b, XOP(0x66, 1, 0x71), false, 6, XNONE, XMM0 + 8); x_byte(b, 7), "psllw xmm8,0x7")
ENC("c5 b9 71 f6 07", x_vec_rr(b, XOP(0x66, 1, 0x71), true, 6, XMM0 + 8, XMM0 + 6); x_byte(b, 7), "vpsllw xmm8,xmm6,0x7")
ENC("66 0f 71 d1 07", x_vec_rr(b, XOP(0x66, 1, 0x71), false, 2, XNONE, XMM0 + 1); x_byte(b, 7), "psrlw xmm1,0x7")
ENC("c5 f1 71 d2 07", x_vec_rr(b, XOP(0x66, 1, 0x71), true, 2, XMM0 + 1, XMM0 + 2); x_byte(b, 7), "vpsrlw xmm1,xmm2,0x7")
ENC("66 41 0f 71 e4 07", x_vec_rr(b, XOP(0x66, 1, 0x71), false, 4, XNONE, XMM0 + 12); x_byte(b, 7), "psraw xmm12,0x7")
ENC("c4 c1 19 71 e6 07", x_vec_rr(b, XOP(0x66, 1, 0x71), true, 4, XMM0 + 12, XMM0 + 14); x_byte(b, 7), "vpsraw xmm12,xmm14,0x7")
ENC("66 0f 72 f0 07", x_vec_rr(b, XOP(0x66, 1, 0x72), false, 6, XNONE, XMM0 + 0); x_byte(b, 7), "pslld xmm0,0x7")
ENC("c5 f9 72 f5 07", x_vec_rr(b, XOP(0x66, 1, 0x72), true, 6, XMM0 + 0, XMM0 + 5); x_byte(b, 7), "vpslld xmm0,xmm5,0x7")
ENC("66 41 0f 72 d0 07", x_vec_rr(b, XOP(0x66, 1, 0x72), false, 2, XNONE, XMM0 + 8); x_byte(b, 7), "psrld xmm8,0x7")
ENC("c5 b9 72 d6 07", x_vec_rr(b, XOP(0x66, 1, 0x72), true, 2, XMM0 + 8, XMM0 + 6); x_byte(b, 7), "vpsrld xmm8,xmm6,0x7")
ENC("66 0f 72 e1 07", x_vec_rr(b, XOP(0x66, 1, 0x72), false, 4, XNONE, XMM0 + 1); x_byte(b, 7), "psrad xmm1,0x7")
ENC("c5 f1 72 e2 07", x_vec_rr(b, XOP(0x66, 1, 0x72), true, 4, XMM0 + 1, XMM0 + 2); x_byte(b, 7), "vpsrad xmm1,xmm2,0x7")
ENC("66 41 0f 73 f4 07", x_vec_rr(b, XOP(0x66, 1, 0x73), false, 6, XNONE, XMM0 + 12); x_byte(b, 7), "psllq xmm12,0x7")
ENC("c4 c1 19 73 f6 07", x_vec_rr(b, XOP(0x66, 1, 0x73), true, 6, XMM0 + 12, XMM0 + 14); x_byte(b, 7), "vpsllq xmm12,xmm14,0x7")
ENC("66 0f 73 d0 07", x_vec_rr(b, XOP(0x66, 1, 0x73), false, 2, XNONE, XMM0 + 0); x_byte(b, 7), "psrlq xmm0,0x7")
ENC("c5 f9 73 d5 07", x_vec_rr(b, XOP(0x66, 1, 0x73), true, 2, XMM0 + 0, XMM0 + 5); x_byte(b, 7), "vpsrlq xmm0,xmm5,0x7")
ENC("66 41 0f 73 f8 07", x_vec_rr(b, XOP(0x66, 1, 0x73), false, 7, XNONE, XMM0 + 8); x_byte(b, 7), "pslldq xmm8,0x7")
ENC("c5 b9 73 fe 07", x_vec_rr(b, XOP(0x66, 1, 0x73), true, 7, XMM0 + 8, XMM0 + 6); x_byte(b, 7), "vpslldq xmm8,xmm6,0x7")
ENC("66 0f 73 d9 07", x_vec_rr(b, XOP(0x66, 1, 0x73), false, 3, XNONE, XMM0 + 1); x_byte(b, 7), "psrldq xmm1,0x7")
ENC("c5 f1 73 da 07", x_vec_rr(b, XOP(0x66, 1, 0x73), true, 3, XMM0 + 1, XMM0 + 2); x_byte(b, 7), "vpsrldq xmm1,xmm2,0x7")
ENC("62 d1 9d 08 72 e6 07",
    x_vec_rr(b, XOP(0x66, 1, 0x72) | XV_W | XV_EVEX, true, 4, XMM0 + 12, XMM0 + 14); x_byte(b, 7),
    "vpsraq xmm12,xmm14,0x7")
ENC("62 f1 7d 08 72 c5 07",
    x_vec_rr(b, XOP(0x66, 1, 0x72) | XV_EVEX, true, 0, XMM0 + 0, XMM0 + 5); x_byte(b, 7),
    "vprord xmm0,xmm5,0x7")
ENC("62 f1 bd 08 72 c6 07",
    x_vec_rr(b, XOP(0x66, 1, 0x72) | XV_W | XV_EVEX, true, 0, XMM0 + 8, XMM0 + 6); x_byte(b, 7),
    "vprorq xmm8,xmm6,0x7")
ENC("62 f1 75 08 72 ca 07",
    x_vec_rr(b, XOP(0x66, 1, 0x72) | XV_EVEX, true, 1, XMM0 + 1, XMM0 + 2); x_byte(b, 7),
    "vprold xmm1,xmm2,0x7")
ENC("66 44 0f 3a 20 c9 01", x_vec_rr(b, XOP(0x66, 3, 0x20), false, XMM0 + 9, XNONE, RCX); x_byte(b, 1), "pinsrb xmm9,ecx,0x1")
ENC("c4 63 61 20 c9 01", x_vec_rr(b, XOP(0x66, 3, 0x20), true, XMM0 + 9, XMM0 + 3, RCX); x_byte(b, 1), "vpinsrb xmm9,xmm3,ecx,0x1")
ENC("c4 43 61 20 4d 00 01",
    x_vec_rm(b, XOP(0x66, 3, 0x20), true, XMM0 + 9, XMM0 + 3, MEM(R13, XNONE, 0, 0)); x_byte(b, 1),
    "vpinsrb xmm9,xmm3,BYTE PTR [r13+0x0],0x1")
ENC("66 45 0f 3a 20 4d 00 01",
    x_vec_rm(b, XOP(0x66, 3, 0x20), false, XMM0 + 9, XNONE, MEM(R13, XNONE, 0, 0)); x_byte(b, 1),
    "pinsrb xmm9,BYTE PTR [r13+0x0],0x1")
ENC("66 44 0f c4 c9 01", x_vec_rr(b, XOP(0x66, 1, 0xc4), false, XMM0 + 9, XNONE, RCX); x_byte(b, 1), "pinsrw xmm9,ecx,0x1")
ENC("c5 61 c4 c9 01", x_vec_rr(b, XOP(0x66, 1, 0xc4), true, XMM0 + 9, XMM0 + 3, RCX); x_byte(b, 1), "vpinsrw xmm9,xmm3,ecx,0x1")
ENC("c4 41 61 c4 4d 00 01",
    x_vec_rm(b, XOP(0x66, 1, 0xc4), true, XMM0 + 9, XMM0 + 3, MEM(R13, XNONE, 0, 0)); x_byte(b, 1),
    "vpinsrw xmm9,xmm3,WORD PTR [r13+0x0],0x1")
ENC("66 45 0f c4 4d 00 01",
    x_vec_rm(b, XOP(0x66, 1, 0xc4), false, XMM0 + 9, XNONE, MEM(R13, XNONE, 0, 0)); x_byte(b, 1),
    "pinsrw xmm9,WORD PTR [r13+0x0],0x1")
ENC("66 44 0f 3a 22 c9 01", x_vec_rr(b, XOP(0x66, 3, 0x22), false, XMM0 + 9, XNONE, RCX); x_byte(b, 1), "pinsrd xmm9,ecx,0x1")
ENC("c4 63 61 22 c9 01", x_vec_rr(b, XOP(0x66, 3, 0x22), true, XMM0 + 9, XMM0 + 3, RCX); x_byte(b, 1), "vpinsrd xmm9,xmm3,ecx,0x1")
ENC("c4 43 61 22 4d 00 01",
    x_vec_rm(b, XOP(0x66, 3, 0x22), true, XMM0 + 9, XMM0 + 3, MEM(R13, XNONE, 0, 0)); x_byte(b, 1),
    "vpinsrd xmm9,xmm3,DWORD PTR [r13+0x0],0x1")
ENC("66 45 0f 3a 22 4d 00 01",
    x_vec_rm(b, XOP(0x66, 3, 0x22), false, XMM0 + 9, XNONE, MEM(R13, XNONE, 0, 0)); x_byte(b, 1),
    "pinsrd xmm9,DWORD PTR [r13+0x0],0x1")
ENC("66 4c 0f 3a 22 c9 01",
    x_vec_rr(b, XOP(0x66, 3, 0x22) | XV_W, false, XMM0 + 9, XNONE, RCX); x_byte(b, 1),
    "pinsrq xmm9,rcx,0x1")
ENC("c4 63 e1 22 c9 01",
    x_vec_rr(b, XOP(0x66, 3, 0x22) | XV_W, true, XMM0 + 9, XMM0 + 3, RCX); x_byte(b, 1),
    "vpinsrq xmm9,xmm3,rcx,0x1")
ENC("c4 43 e1 22 4d 00 01",
    x_vec_rm(b, XOP(0x66, 3, 0x22) | XV_W, true, XMM0 + 9, XMM0 + 3, MEM(R13, XNONE, 0, 0)); x_byte(b, 1),
    "vpinsrq xmm9,xmm3,QWORD PTR [r13+0x0],0x1")
ENC("66 4d 0f 3a 22 4d 00 01",
    x_vec_rm(b, XOP(0x66, 3, 0x22) | XV_W, false, XMM0 + 9, XNONE, MEM(R13, XNONE, 0, 0)); x_byte(b, 1),
    "pinsrq xmm9,QWORD PTR [r13+0x0],0x1")
ENC("66 45 0f 3a 14 ca 01", x_vec_rr(b, XOP(0x66, 3, 0x14), false, XMM0 + 9, XNONE, R10); x_byte(b, 1), "pextrb r10d,xmm9,0x1")
ENC("c4 43 79 14 ca 01", x_vec_rr(b, XOP(0x66, 3, 0x14), true, XMM0 + 9, XNONE, R10); x_byte(b, 1), "vpextrb r10d,xmm9,0x1")
ENC("66 45 0f 3a 15 ca 01", x_vec_rr(b, XOP(0x66, 3, 0x15), false, XMM0 + 9, XNONE, R10); x_byte(b, 1), "pextrw r10d,xmm9,0x1")
ENC("c4 43 79 15 ca 01", x_vec_rr(b, XOP(0x66, 3, 0x15), true, XMM0 + 9, XNONE, R10); x_byte(b, 1), "vpextrw r10d,xmm9,0x1")
ENC("66 45 0f 3a 16 ca 01", x_vec_rr(b, XOP(0x66, 3, 0x16), false, XMM0 + 9, XNONE, R10); x_byte(b, 1), "pextrd r10d,xmm9,0x1")
ENC("c4 43 79 16 ca 01", x_vec_rr(b, XOP(0x66, 3, 0x16), true, XMM0 + 9, XNONE, R10); x_byte(b, 1), "vpextrd r10d,xmm9,0x1")
ENC("66 4d 0f 3a 16 ca 01",
    x_vec_rr(b, XOP(0x66, 3, 0x16) | XV_W, false, XMM0 + 9, XNONE, R10); x_byte(b, 1),
    "pextrq r10,xmm9,0x1")
ENC("c4 43 f9 16 ca 01", x_vec_rr(b, XOP(0x66, 3, 0x16) | XV_W, true, XMM0 + 9, XNONE, R10); x_byte(b, 1), "vpextrq r10,xmm9,0x1")
ENC("66 45 0f 7e ca", x_vec_rr(b, XOP(0x66, 1, 0x7e), false, XMM0 + 9, XNONE, R10), "movd r10d,xmm9")
ENC("c4 41 79 7e ca", x_vec_rr(b, XOP(0x66, 1, 0x7e), true, XMM0 + 9, XNONE, R10), "vmovd r10d,xmm9")
ENC("66 45 0f 6e ca", x_vec_rr(b, XOP(0x66, 1, 0x6e), false, XMM0 + 9, XNONE, R10), "movd xmm9,r10d")
ENC("c4 41 79 6e ca", x_vec_rr(b, XOP(0x66, 1, 0x6e), true, XMM0 + 9, XNONE, R10), "vmovd xmm9,r10d")
ENC("66 4d 0f 7e ca", x_vec_rr(b, XOP(0x66, 1, 0x7e) | XV_W, false, XMM0 + 9, XNONE, R10), "movq r10,xmm9")
ENC("c4 41 f9 7e ca", x_vec_rr(b, XOP(0x66, 1, 0x7e) | XV_W, true, XMM0 + 9, XNONE, R10), "vmovq r10,xmm9")
ENC("66 4d 0f 6e ca", x_vec_rr(b, XOP(0x66, 1, 0x6e) | XV_W, false, XMM0 + 9, XNONE, R10), "movq xmm9,r10")
ENC("c4 41 f9 6e ca", x_vec_rr(b, XOP(0x66, 1, 0x6e) | XV_W, true, XMM0 + 9, XNONE, R10), "vmovq xmm9,r10")
